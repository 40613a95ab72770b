import { sizeOf } from '@vosvfi/core';
import type { ParameterSpec } from '@vosvfi/runtime';
import { defaultConvolution } from '../convolution-parameters.js';
import { constant, normal } from '../initialization.js';
import { lookupChannels, type RaftConfig } from './config.js';

type Kernel = readonly [height: number, width: number];

/** A convolution of an encoder: normal weights that keep the variance of gradients (He et al., fan-out), PyTorch's bias. */
function encoderConvolution(key: string, outputs: number, inputs: number, kernel: number): ParameterSpec[] {
  const shape = [outputs, inputs, kernel, kernel] as const;
  const [weight, bias] = defaultConvolution(key, shape) as [ParameterSpec, ParameterSpec];
  const deviation = Math.sqrt(2 / (outputs * kernel * kernel));
  return [{ ...weight, init: normal(sizeOf(shape), deviation) }, bias];
}

/** Batch normalization, whose statistics are never trained here. */
function batchNormalization(key: string, channels: number, alias?: string): ParameterSpec[] {
  const entry = (name: string, value: number, trainable = true): ParameterSpec => ({
    ...{ key: `${key}.${name}`, shape: [channels], init: constant(channels, value), trainable },
    ...(alias !== undefined && { aliases: [`${alias}.${name}`] }),
  });
  return [entry('weight', 1), entry('bias', 0), entry('running_mean', 0, false), entry('running_var', 1, false)];
}

/** A block of two 3 x 3 convolutions. */
function residualBlock(key: string, inputs: number, outputs: number, stride: number, isNormalized: boolean) {
  const norms = isNormalized ? ['norm1', 'norm2'] : [];
  const skip = `${key}.downsample`;
  return [
    ...encoderConvolution(`${key}.conv1`, outputs, inputs, 3),
    ...encoderConvolution(`${key}.conv2`, outputs, outputs, 3),
    ...norms.flatMap((name) => batchNormalization(`${key}.${name}`, outputs)),
    ...(stride === 1 ? [] : encoderConvolution(`${skip}.0`, outputs, inputs, 1)),
    // The official module has this one under two names.
    ...(stride === 1 || !isNormalized ? [] : batchNormalization(`${skip}.1`, outputs, `${key}.norm3`)),
  ];
}

/** A block of 1 x 1, 3 x 3 and 1 x 1 convolutions, a quarter as wide inside. */
function bottleneckBlock(key: string, inputs: number, outputs: number, stride: number): ParameterSpec[] {
  const inner = outputs / 4;
  return [
    ...encoderConvolution(`${key}.conv1`, inner, inputs, 1),
    ...encoderConvolution(`${key}.conv2`, inner, inner, 3),
    ...encoderConvolution(`${key}.conv3`, outputs, inner, 1),
    ...(stride === 1 ? [] : encoderConvolution(`${key}.downsample.0`, outputs, inputs, 1)),
  ];
}

function encoder({ design, widths }: RaftConfig, key: 'fnet' | 'cnet', outputs: number): ParameterSpec[] {
  const isNormalized = design === 'basic' && key === 'cnet';
  const block = (name: string, from: number, to: number, stride: number): ParameterSpec[] =>
    design === 'basic' ? residualBlock(name, from, to, stride, isNormalized) : bottleneckBlock(name, from, to, stride);
  return [
    ...(isNormalized ? batchNormalization(`${key}.norm1`, widths[0]) : []),
    ...encoderConvolution(`${key}.conv1`, widths[0], 3, 7),
    ...widths.flatMap((channels, index) => [
      ...block(`${key}.layer${index + 1}.0`, widths[Math.max(0, index - 1)]!, channels, index === 0 ? 1 : 2),
      ...block(`${key}.layer${index + 1}.1`, channels, channels, 1),
    ]),
    ...encoderConvolution(`${key}.conv2`, outputs, widths[2], 1),
  ];
}

function convolution(name: string, outputs: number, inputs: number, [height, width]: Kernel): ParameterSpec[] {
  return defaultConvolution(`update_block.${name}`, [outputs, inputs, height, width]);
}

function square(name: string, outputs: number, inputs: number, kernel: number): ParameterSpec[] {
  return convolution(name, outputs, inputs, [kernel, kernel]);
}

/** Passes of the GRU: suffix of their keys and kernel. */
export function gruPasses({ design }: Pick<RaftConfig, 'design'>): readonly { suffix: string; kernel: Kernel }[] {
  if (design === 'small') return [{ suffix: '', kernel: [3, 3] }];
  return [
    { suffix: '1', kernel: [1, 5] },
    { suffix: '2', kernel: [5, 1] },
  ];
}

function motionEncoder(config: RaftConfig): ParameterSpec[] {
  const { correlation, flow, motion } = config;
  const [first, second] = correlation as [number, number?];
  return [
    ...square('encoder.convc1', first, lookupChannels(config), 1),
    ...(second === undefined ? [] : square('encoder.convc2', second, first, 3)),
    ...square('encoder.convf1', flow[0], 2, 7),
    ...square('encoder.convf2', flow[1], flow[0], 3),
    ...square('encoder.conv', motion, (second ?? first) + flow[1], 3),
  ];
}

function updateBlock(config: RaftConfig): ParameterSpec[] {
  const { design, hidden, context, motion, head } = config;
  const seen = hidden + context + motion + 2;
  return [
    ...motionEncoder(config),
    ...gruPasses(config).flatMap(({ suffix, kernel }) =>
      ['convz', 'convr', 'convq'].flatMap((gate) => convolution(`gru.${gate}${suffix}`, hidden, seen, kernel)),
    ),
    ...square('flow_head.conv1', head, hidden, 3),
    ...square('flow_head.conv2', 2, head, 3),
    ...(design === 'small' ? [] : [...square('mask.0', head, hidden, 3), ...square('mask.2', 9 * 8 * 8, head, 1)]),
  ];
}

/** Keys and shapes of the official state dict, in its order, each tensor once. */
export function raftParameters(config: RaftConfig): ParameterSpec[] {
  return [
    ...encoder(config, 'fnet', config.features),
    ...encoder(config, 'cnet', config.hidden + config.context),
    ...updateBlock(config),
  ];
}
