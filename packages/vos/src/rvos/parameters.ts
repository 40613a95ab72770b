import type { ParameterSpec } from '@vosvfi/runtime';
import { constant, scaledNormal } from '../layers/initialization.js';
import { batchNorm, convolution } from '../layers/layer-parameters.js';
import { outerChannels, type ResidualNetworkWidths, residualParameters } from '../layers/residual-parameters.js';
import { hiddenChannels, type RvosConfig, skipChannels } from './config.js';

/** The files of an official model's folder, and what their keys start with here, where both are one state dict. */
export const rvosFiles = [
  { file: 'encoder.pt', prefix: 'encoder.' },
  { file: 'decoder.pt', prefix: 'decoder.' },
] as const;

/** Names of the encoder's stages. */
const stages = ['layer1', 'layer2', 'layer3', 'layer4'] as const;

/** Classes of the encoder's unused classifier (ImageNet). */
const unusedClasses = 1000;

/** The encoder's residual network. */
export function baseOf({ encoder }: RvosConfig): ResidualNetworkWidths {
  return { ...encoder, key: 'encoder.base', inputs: 3, stages };
}

/** Names of the layers that make features for the decoder, at 1/32 to 1/4 of the frame. */
export const skipLevels = [5, 4, 3, 2] as const;

function encoderParameters(config: RvosConfig): ParameterSpec[] {
  const { block, widths } = config.encoder;
  const outputs = skipChannels(config);
  return [
    ...residualParameters(baseOf(config)),
    ...skipLevels.flatMap((level, index) => {
      const inputs = outerChannels(block, widths[level - 2]!);
      return convolution(`encoder.sk${level}`, { inputs, outputs: outputs[index]!, kernel: 3, gain: 1 });
    }),
    ...skipLevels.flatMap((level, index) => batchNorm(`encoder.bn${level}`, outputs[index]!)),
  ];
}

/** Parts of the input of a cell's convolution, in channels and in this order. */
export interface CellWidths {
  /** What comes from the coarser cell and the encoder. */
  readonly input: number;
  /** The object's mask in the frame before: 1 or, in the zero-shot network, 0. */
  readonly mask: number;
  /** Each of the hidden states of the previous object and of the frame before; and of the output. */
  readonly hidden: number;
}

/** Widths of the decoder's cells, at 1/32 to 1/4 of the frame. */
export function cellWidths(config: RvosConfig): CellWidths[] {
  const hidden = hiddenChannels(config);
  const skips = skipChannels(config);
  const mask = config.variant === 'one-shot' ? 1 : 0;
  return hidden.map((channels, level) => ({
    input: skips[level]! + (level === 0 ? 0 : hidden[level - 1]!),
    mask,
    hidden: channels,
  }));
}

function decoderParameters(config: RvosConfig): ParameterSpec[] {
  const cells = cellWidths(config).flatMap(({ input, mask, hidden }, level) =>
    convolution(`decoder.clstm_list.${level}.Gates`, {
      inputs: input + mask + 2 * hidden,
      outputs: 4 * hidden,
      kernel: 3,
      gain: 1,
    }),
  );
  const last = hiddenChannels(config)[3];
  return [...cells, ...convolution('decoder.conv_out', { inputs: last, outputs: 1, kernel: 3, gain: 1 })];
}

/**
 * Keys and shapes of the official state dicts in their order, those of `encoder.pt` after "encoder." and those of
 * `decoder.pt` after "decoder.".
 */
export function rvosParameters(config: RvosConfig): ParameterSpec[] {
  return [...encoderParameters(config), ...decoderParameters(config)];
}

/** What official files hold beside the network: the encoder's classifier and the decoder's end-of-sequence layer. */
export function unusedParameters({ encoder: { block, widths }, hidden }: RvosConfig): ParameterSpec[] {
  const features = outerChannels(block, widths[3]);
  const states = hiddenChannels({ hidden }).reduce((sum, channels) => sum + channels);
  return [...unusedLinear('encoder.base.fc', features, unusedClasses), ...unusedLinear('decoder.fc_stop', states, 1)];
}

function unusedLinear(key: string, inputs: number, outputs: number): ParameterSpec[] {
  const shape = [outputs, inputs];
  return [
    { key: `${key}.weight`, shape, init: scaledNormal(shape, 1) },
    { key: `${key}.bias`, shape: [outputs], init: constant(outputs, 0) },
  ];
}
