import type { ParameterSpec } from '@vosvfi/runtime';
import { convolutionParameters } from '../convolution-parameters.js';
import type { Chain, EstimatorChannels } from './channels.js';
import { headKey, moduleKey } from './keys.js';

/** Colours of both frames. */
const inputChannels = 6;

function convolution(key: string, inputs: number, outputs: number): ParameterSpec[] {
  return convolutionParameters(key, [outputs, inputs, 3, 3]);
}

/** Three convolutions with a rectifier after each. */
function basic(key: string, inputs: number, [first, second, third]: Chain): ParameterSpec[] {
  return [
    ...convolution(`${key}.0`, inputs, first),
    ...convolution(`${key}.2`, first, second),
    ...convolution(`${key}.4`, second, third),
  ];
}

function encoderParameters({ encoder }: EstimatorChannels): ParameterSpec[] {
  return encoder.flatMap((chain, index) =>
    basic(moduleKey('Conv', index + 1), index === 0 ? inputChannels : encoder[index - 1]![2], chain),
  );
}

/** Blocks from 1/32 to 1/4 size; each is enlarged and added to the encoder's level above it. */
function decoderParameters({ encoder, decoder }: EstimatorChannels): ParameterSpec[] {
  return decoder.flatMap((chain, index) => {
    const level = 5 - index;
    return [
      ...basic(moduleKey('Deconv', level), encoder[Math.min(4, level)]![2], chain),
      ...convolution(`${moduleKey('Upsample', level)}.1`, chain[2], encoder[level - 1]![2]),
    ];
  });
}

/** Heads that make one map have one channel, the others one for each tap. */
function headParameters({ encoder, heads }: EstimatorChannels, taps: number): ParameterSpec[] {
  return Object.entries(heads).flatMap(([name, chain]) => [
    ...basic(headKey(name), encoder[1][2], chain),
    ...convolution(`${headKey(name)}.7`, chain[2], /\d$/.test(name) ? taps : 1),
  ]);
}

/**
 * Keys and shapes of a kernel estimator (`get_kernel.*`) in the order of the official state dict; initial weights are
 * PyTorch's defaults, as in the official code.
 */
export function estimatorParameters(channels: EstimatorChannels, kernelSize: number): ParameterSpec[] {
  return [...encoderParameters(channels), ...decoderParameters(channels), ...headParameters(channels, kernelSize ** 2)];
}
