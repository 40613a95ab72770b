import { sizeOf } from '@vosvfi/core';
import type { ParameterSpec } from '@vosvfi/runtime';
import { constant, defaultUniform, heDeviation, normal } from '../initialization.js';
import { type BlockSpec, blockSpecs, type RifeConfig } from './config.js';

/** PyTorch's initial slope of a PReLU. */
const initialSlope = 0.25;
/** Convolutions of a flow block after the two that halve the size. */
export const convolutionsPerBlock = 8;

/**
 * Initial weights. `official`: PyTorch's defaults, as the official code. `he`: layers keep the variance (He et al., ICCV
 * 2015), flows, masks and the residual start small, biases at zero; for short trainings from scratch.
 */
export type RifeInitialization = 'official' | 'he';

/** Share of the variance-keeping deviation that the layers start with which make flows and masks, or the residual. */
const outputShare = 0.1;

type Shape = readonly [number, number, number, number];

/** Makes the two parameters of a convolution. */
type MakeConvolution = (key: string, shape: Shape, outputs: number, role?: 'output') => ParameterSpec[];

function officialConvolution(...[key, shape, outputs]: Parameters<MakeConvolution>): ParameterSpec[] {
  const fanIn = sizeOf(shape.slice(1));
  return [
    { key: `${key}.weight`, shape, init: defaultUniform(sizeOf(shape), fanIn) },
    { key: `${key}.bias`, shape: [outputs], init: defaultUniform(outputs, fanIn) },
  ];
}

function heConvolution(...[key, shape, outputs, role]: Parameters<MakeConvolution>): ParameterSpec[] {
  // Each output of a 4 x 4 transposed convolution of stride 2 sees four places of the input.
  const fanIn = shape[2] === 4 ? shape[0] * 4 : sizeOf(shape.slice(1));
  const deviation = heDeviation(fanIn, initialSlope) * (role === 'output' ? outputShare : 1);
  return [
    { key: `${key}.weight`, shape, init: normal(sizeOf(shape), deviation) },
    { key: `${key}.bias`, shape: [outputs], init: constant(outputs, 0) },
  ];
}

function activated(layer: ParameterSpec[], key: string, channels: number): ParameterSpec[] {
  return [...layer, { key: `${key}.1.weight`, shape: [channels], init: constant(channels, initialSlope) }];
}

/** Parameters of the parts of a network, made with one rule of initial weights. */
class Parts {
  readonly #make: MakeConvolution;

  constructor(initialization: RifeInitialization) {
    this.#make = initialization === 'he' ? heConvolution : officialConvolution;
  }

  /** Convolution 3 x 3 (index 0) and its PReLU (index 1). */
  convolution(key: string, inputs: number, outputs: number): ParameterSpec[] {
    return activated(this.#make(`${key}.0`, [outputs, inputs, 3, 3], outputs), key, outputs);
  }

  /** Transposed convolution 4 x 4 (index 0) and its PReLU (index 1). */
  deconvolution(key: string, inputs: number, outputs: number): ParameterSpec[] {
    return activated(this.#make(`${key}.0`, [inputs, outputs, 4, 4], outputs), key, outputs);
  }

  pair(key: string, inputs: number, outputs: number): ParameterSpec[] {
    return [
      ...this.convolution(`${key}.conv1`, inputs, outputs),
      ...this.convolution(`${key}.conv2`, outputs, outputs),
    ];
  }

  block({ key, inputs, width }: BlockSpec): ParameterSpec[] {
    const indices = Array.from({ length: convolutionsPerBlock }, (_, index) => index);
    return [
      ...this.convolution(`${key}.conv0.0`, inputs, width / 2),
      ...this.convolution(`${key}.conv0.1`, width / 2, width),
      ...indices.flatMap((index) => this.convolution(`${key}.convblock.${index}`, width, width)),
      ...this.#make(`${key}.lastconv`, [width, 5, 4, 4], 5, 'output'),
    ];
  }

  context(width: number): ParameterSpec[] {
    return [1, 2, 3, 4].flatMap((level) => {
      const outputs = width * 2 ** (level - 1);
      return this.pair(`contextnet.conv${level}`, level === 1 ? 3 : outputs / 2, outputs);
    });
  }

  fusion(width: number): ParameterSpec[] {
    return [
      // Both frames, both warped frames, the mask and the flows.
      ...this.pair('unet.down0', 17, 2 * width),
      ...[1, 2, 3].flatMap((level) =>
        this.pair(`unet.down${level}`, width * 2 ** (level + 1), width * 2 ** (level + 1)),
      ),
      ...[0, 1, 2, 3].flatMap((level) =>
        this.deconvolution(`unet.up${level}`, width * 2 ** (5 - level), width * 2 ** (3 - level)),
      ),
      ...this.#make('unet.conv', [3, width, 3, 3], 3, 'output'),
    ];
  }
}

/**
 * Keys and shapes of the official state dict, in its order.
 * @param teacher with the block that only training has.
 */
export function rifeParameters(
  config: RifeConfig,
  teacher: boolean,
  initialization: RifeInitialization = 'official',
): ParameterSpec[] {
  const parts = new Parts(initialization);
  const specs = blockSpecs(config);
  return [
    ...[...specs.student, ...(teacher ? [specs.teacher] : [])].flatMap((spec) => parts.block(spec)),
    ...parts.context(config.context),
    ...parts.fusion(config.context),
  ];
}
