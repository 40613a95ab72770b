import { sizeOf } from '@vosvfi/core';
import type { ParameterSpec } from '@vosvfi/runtime';
import { constant, defaultUniform } from '../initialization.js';
import { decoderChannels, type IfrnetConfig } from './config.js';

/** PyTorch's initial slope of a PReLU. */
const initialSlope = 0.25;

function convolution(key: string, shape: readonly [number, number, number, number], outputs: number): ParameterSpec[] {
  const fanIn = sizeOf(shape.slice(1));
  return [
    { key: `${key}.weight`, shape, init: defaultUniform(sizeOf(shape), fanIn) },
    { key: `${key}.bias`, shape: [outputs], init: defaultUniform(outputs, fanIn) },
  ];
}

function activation(key: string, channels: number): ParameterSpec {
  return { key: `${key}.weight`, shape: [channels], init: constant(channels, initialSlope) };
}

/** A convolution (index 0) and its PReLU (index 1). */
function convolutionAndActivation(key: string, inputs: number, outputs: number, kernel = 3): ParameterSpec[] {
  return [...convolution(`${key}.0`, [outputs, inputs, kernel, kernel], outputs), activation(`${key}.1`, outputs)];
}

function encoder({ pyramid, firstKernel }: IfrnetConfig): ParameterSpec[] {
  return pyramid.flatMap((channels, index) => {
    const key = `encoder.pyramid${index + 1}`;
    const inputs = index === 0 ? 3 : pyramid[index - 1]!;
    return [
      ...convolutionAndActivation(`${key}.0`, inputs, channels, index === 0 ? firstKernel : 3),
      ...convolutionAndActivation(`${key}.1`, channels, channels),
    ];
  });
}

function decoder(config: IfrnetConfig, level: 1 | 2 | 3 | 4): ParameterSpec[] {
  const { input, width, output } = decoderChannels(config, level);
  const key = `decoder${level}.convblock`;
  return [
    ...convolutionAndActivation(`${key}.0`, input, width),
    // The order of the official state dict: registered submodules first to last.
    ...convolutionAndActivation(`${key}.1.conv1`, width, width),
    ...convolutionAndActivation(`${key}.1.conv2`, config.side, config.side),
    ...convolutionAndActivation(`${key}.1.conv3`, width, width),
    ...convolutionAndActivation(`${key}.1.conv4`, config.side, config.side),
    ...convolution(`${key}.1.conv5`, [width, width, 3, 3], width),
    activation(`${key}.1.prelu`, width),
    ...convolution(`${key}.2`, [width, output, 4, 4], output),
  ];
}

/** Keys and shapes of the official state dict, in its order. */
export function ifrnetParameters(config: IfrnetConfig): ParameterSpec[] {
  return [...encoder(config), ...([4, 3, 2, 1] as const).flatMap((level) => decoder(config, level))];
}
