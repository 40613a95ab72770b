import type { ParameterAlternative, ParameterSpec } from '@vosvfi/runtime';
import { constant, orthogonal, scaledNormal } from '../layers/initialization.js';
import { convolution, rectified } from '../layers/layer-parameters.js';
import { branchScale, type ResidualNetworkWidths, residualParameters } from '../layers/residual-parameters.js';
import { featureChannels, type StcnConfig } from './config.js';

/** How much larger the first filters of masks start than those of colours. */
const maskGain = 4;

function linear(key: string, inputs: number, outputs: number): ParameterSpec[] {
  const shape = [outputs, inputs];
  return [
    { key: `${key}.weight`, shape, init: scaledNormal(shape, 1) },
    { key: `${key}.bias`, shape: [outputs], init: constant(outputs, 0) },
  ];
}

/** Channels after red, green and blue are masks: mostly zero, so their filters start larger to be heard at all. */
function withLouderMasks({ init }: ParameterSpec, channels: number): ParameterSpec['init'] {
  return (random) =>
    init(random).map((value, index) => (Math.floor(index / 49) % channels < 3 ? value : value * maskGain));
}

function residualNetwork(network: ResidualNetworkWidths): ParameterSpec[] {
  const [first, ...others] = residualParameters(network);
  return [{ ...first!, init: withLouderMasks(first!, network.inputs) }, ...others];
}

/** Pre-activation block; its shortcut has a convolution where the number of channels changes. */
function plainBlock(key: string, inputs: number, outputs: number): ParameterSpec[] {
  const shortcut = convolution(`${key}.downsample`, { inputs, outputs, kernel: 3, gain: 1 });
  return [
    ...(inputs === outputs ? [] : shortcut),
    ...convolution(`${key}.conv1`, { inputs, outputs, kernel: 3 }),
    ...convolution(`${key}.conv2`, { inputs: outputs, outputs, kernel: 3, gain: branchScale * rectified }),
  ];
}

function fuser({ valueEncoder, valueChannels, attentionReduction }: StcnConfig, features: number): ParameterSpec[] {
  const key = 'value_encoder.fuser';
  const squeezed = valueChannels / attentionReduction;
  return [
    ...plainBlock(`${key}.block1`, valueEncoder.widths[2] + features, valueChannels),
    ...linear(`${key}.attention.ChannelGate.mlp.1`, valueChannels, squeezed),
    ...linear(`${key}.attention.ChannelGate.mlp.3`, squeezed, valueChannels),
    ...convolution(`${key}.attention.SpatialGate.spatial.conv`, { inputs: 2, outputs: 1, kernel: 7, gain: 1 }),
    ...plainBlock(`${key}.block2`, valueChannels, valueChannels),
  ];
}

/**
 * The last layer starts nearly constant, at about the share of pixels that an object has: noise in its place would first
 * teach the encoders to be silent, and without running statistics they do not recover.
 */
function prediction(key: string, inputs: number): ParameterSpec[] {
  const [weight, bias] = convolution(key, { inputs, outputs: 1, kernel: 3, gain: 0.1 }) as [
    ParameterSpec,
    ParameterSpec,
  ];
  return [weight, { ...bias, init: constant(1, -1) }];
}

function decoder({ valueChannels, decoder: widths }: StcnConfig, [f4, f8]: readonly number[]): ParameterSpec[] {
  const [at16, at8, at4] = widths;
  return [
    ...plainBlock('decoder.compress', 2 * valueChannels, at16),
    ...convolution('decoder.up_16_8.skip_conv', { inputs: f8!, outputs: at16, kernel: 3, gain: 1 }),
    ...plainBlock('decoder.up_16_8.out_conv', at16, at8),
    ...convolution('decoder.up_8_4.skip_conv', { inputs: f4!, outputs: at8, kernel: 3, gain: 1 }),
    ...plainBlock('decoder.up_8_4.out_conv', at8, at4),
    ...prediction('decoder.pred', at4),
  ];
}

/**
 * Files of the official stage 0, which trains with one object at a time, lack the channel of the other objects' masks: it does
 * nothing in evaluation, and begins orthogonal in training (official code).
 */
function withoutOtherMasks([outputs, inputs, height, width]: readonly number[]): ParameterAlternative {
  const plane = height! * width!;
  return {
    shape: [outputs!, inputs! - 1, height!, width!],
    complete: (data, random) => {
      const added = random === undefined ? new Float32Array(outputs! * plane) : orthogonal(outputs!, plane, random);
      const completed = new Float32Array(outputs! * inputs! * plane);
      const size = (inputs! - 1) * plane;
      for (let output = 0; output < outputs!; output++) {
        const start = output * (size + plane);
        completed.set(data.subarray(output * size, (output + 1) * size), start);
        completed.set(added.subarray(output * plane, (output + 1) * plane), start + size);
      }
      return completed;
    },
  };
}

/** The value encoder's residual network on colours, an object's mask and the others'. */
function maskedNetwork({ valueEncoder }: StcnConfig): ParameterSpec[] {
  const [first, ...others] = residualNetwork({
    ...valueEncoder,
    key: 'value_encoder',
    block: 'basic',
    inputs: 5,
    stages: valueStages,
    bias: true,
  }) as [ParameterSpec, ...ParameterSpec[]];
  return [{ ...first, alternative: withoutOtherMasks(first.shape) }, ...others];
}

/** Keys and shapes of the official state dict, in its order (without its unused `num_batches_tracked`). */
export function stcnParameters(config: StcnConfig): ParameterSpec[] {
  const { keyEncoder, keyChannels, valueChannels } = config;
  const features = featureChannels(config);
  const f16 = features[2];
  return [
    ...residualNetwork({ ...keyEncoder, key: 'key_encoder', inputs: 3, stages: keyStages, bias: false }),
    ...maskedNetwork(config),
    ...fuser(config, f16),
    ...convolution('key_proj.key_proj', { inputs: f16, outputs: keyChannels, kernel: 3, gain: 1 }),
    ...convolution('key_comp', { inputs: f16, outputs: valueChannels, kernel: 3, gain: 1 }),
    ...decoder(config, features),
  ];
}

/** Names of the key encoder's stages at 1/4, 1/8 and 1/16. */
export const keyStages = ['res2', 'layer2', 'layer3'] as const;

/** Names of the value encoder's stages. */
export const valueStages = ['layer1', 'layer2', 'layer3'] as const;
