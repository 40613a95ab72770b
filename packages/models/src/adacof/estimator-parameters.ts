import type { ParameterSpec } from '@vosvfi/runtime';
import { defaultConvolution, type MakeConvolution } from '../convolution-parameters.js';
import { type Chain, type EstimatorChannels, setHeads } from './channels.js';
import { headKey, moduleKey } from './keys.js';

/** Colours of both frames. */
const inputChannels = 6;

/** Three convolutions with a rectifier after each. */
function basic(make: MakeConvolution, key: string, inputs: number, [first, second, third]: Chain): ParameterSpec[] {
  return [
    ...make(`${key}.0`, [first, inputs, 3, 3]),
    ...make(`${key}.2`, [second, first, 3, 3]),
    ...make(`${key}.4`, [third, second, 3, 3]),
  ];
}

function encoderParameters(make: MakeConvolution, { encoder }: EstimatorChannels): ParameterSpec[] {
  return encoder.flatMap((chain, index) =>
    basic(make, moduleKey('Conv', index + 1), index === 0 ? inputChannels : encoder[index - 1]![2], chain),
  );
}

/** Blocks from 1/32 to 1/4 size; each is enlarged and added to the encoder's level above it. */
function decoderParameters(make: MakeConvolution, { encoder, decoder }: EstimatorChannels): ParameterSpec[] {
  return decoder.flatMap((chain, index) => {
    const level = 5 - index;
    return [
      ...basic(make, moduleKey('Deconv', level), encoder[Math.min(4, level)]![2], chain),
      ...make(`${moduleKey('Upsample', level)}.1`, [encoder[level - 1]![2], chain[2], 3, 3]),
    ];
  });
}

function headParameters(make: MakeConvolution, { encoder, heads }: EstimatorChannels, taps: number): ParameterSpec[] {
  return Object.entries(heads).flatMap(([name, chain]) => [
    ...basic(make, headKey(name), encoder[1][2], chain),
    ...make(`${headKey(name)}.7`, [isOfSet(name) ? taps : 1, chain[2], 3, 3], 'map'),
  ]);
}

/** Heads of a frame's set (`weight1`) have a channel for each tap, the others (`occlusion`) make one map. */
function isOfSet(name: string): boolean {
  return (setHeads as readonly string[]).includes(name);
}

/**
 * Keys and shapes of a kernel estimator (`get_kernel.*`) in the order of the official state dict.
 * @param make Initial weights; default: PyTorch's, as in the official code.
 */
export function estimatorParameters(
  channels: EstimatorChannels,
  kernelSize: number,
  make: MakeConvolution = defaultConvolution,
): ParameterSpec[] {
  return [
    ...encoderParameters(make, channels),
    ...decoderParameters(make, channels),
    ...headParameters(make, channels, kernelSize ** 2),
  ];
}
