import { sizeOf } from '@vosvfi/core';
import type { ParameterSpec } from '@vosvfi/runtime';
import { constant, defaultUniform, heDeviation, normal } from '../initialization.js';
import { decoderChannels, type IfrnetConfig } from './config.js';

/** PyTorch's initial slope of a PReLU. */
const initialSlope = 0.25;

/**
 * Initial weights. `official`: PyTorch's defaults, as the official code. They shrink what passes each layer to about half,
 * so that hundreds of steps go by before flows begin to move. `he`: layers keep the variance (He et al., ICCV 2015), residual
 * branches and flows start small, biases at zero; for short trainings from scratch.
 */
export type IfrnetInitialization = 'official' | 'he';

/** Share of the variance-keeping deviation that the last convolution of a residual branch starts with. */
const residualShare = 0.5;
/** The same for the transposed convolutions, which make flows. */
const flowShare = 0.3;

/** Makes the two parameters of a convolution. */
type MakeConvolution = (
  key: string,
  shape: readonly [number, number, number, number],
  outputs: number,
  role?: 'residual' | 'flow',
) => ParameterSpec[];

function officialConvolution(...[key, shape, outputs]: Parameters<MakeConvolution>): ParameterSpec[] {
  const fanIn = sizeOf(shape.slice(1));
  return [
    { key: `${key}.weight`, shape, init: defaultUniform(sizeOf(shape), fanIn) },
    { key: `${key}.bias`, shape: [outputs], init: defaultUniform(outputs, fanIn) },
  ];
}

function heConvolution(...[key, shape, outputs, role]: Parameters<MakeConvolution>): ParameterSpec[] {
  const deviation =
    role === 'flow'
      ? // Each output of a 4 x 4 transposed convolution of stride 2 sees four places of the input; nothing rectifies it.
        flowShare / Math.sqrt(shape[0] * 4)
      : heDeviation(sizeOf(shape.slice(1)), initialSlope) * (role === 'residual' ? residualShare : 1);
  return [
    { key: `${key}.weight`, shape, init: normal(sizeOf(shape), deviation) },
    { key: `${key}.bias`, shape: [outputs], init: constant(outputs, 0) },
  ];
}

function activation(key: string, channels: number): ParameterSpec {
  return { key: `${key}.weight`, shape: [channels], init: constant(channels, initialSlope) };
}

/** A convolution (index 0) and its PReLU (index 1). */
function convolutionAndActivation(
  convolution: MakeConvolution,
  key: string,
  inputs: number,
  outputs: number,
  kernel = 3,
): ParameterSpec[] {
  return [...convolution(`${key}.0`, [outputs, inputs, kernel, kernel], outputs), activation(`${key}.1`, outputs)];
}

function encoder(convolution: MakeConvolution, { pyramid, firstKernel }: IfrnetConfig): ParameterSpec[] {
  return pyramid.flatMap((channels, index) => {
    const key = `encoder.pyramid${index + 1}`;
    const inputs = index === 0 ? 3 : pyramid[index - 1]!;
    return [
      ...convolutionAndActivation(convolution, `${key}.0`, inputs, channels, index === 0 ? firstKernel : 3),
      ...convolutionAndActivation(convolution, `${key}.1`, channels, channels),
    ];
  });
}

function decoder(convolution: MakeConvolution, config: IfrnetConfig, level: 1 | 2 | 3 | 4): ParameterSpec[] {
  const { input, width, output } = decoderChannels(config, level);
  const key = `decoder${level}.convblock`;
  return [
    ...convolutionAndActivation(convolution, `${key}.0`, input, width),
    // The order of the official state dict: registered submodules first to last.
    ...convolutionAndActivation(convolution, `${key}.1.conv1`, width, width),
    ...convolutionAndActivation(convolution, `${key}.1.conv2`, config.side, config.side),
    ...convolutionAndActivation(convolution, `${key}.1.conv3`, width, width),
    ...convolutionAndActivation(convolution, `${key}.1.conv4`, config.side, config.side),
    ...convolution(`${key}.1.conv5`, [width, width, 3, 3], width, 'residual'),
    activation(`${key}.1.prelu`, width),
    ...convolution(`${key}.2`, [width, output, 4, 4], output, 'flow'),
  ];
}

/** Keys and shapes of the official state dict, in its order. */
export function ifrnetParameters(
  config: IfrnetConfig,
  initialization: IfrnetInitialization = 'official',
): ParameterSpec[] {
  const convolution = initialization === 'he' ? heConvolution : officialConvolution;
  const decoders = ([4, 3, 2, 1] as const).flatMap((level) => decoder(convolution, config, level));
  return [...encoder(convolution, config), ...decoders];
}
