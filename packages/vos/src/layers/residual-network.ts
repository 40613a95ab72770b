import { maxPool2d } from '@vosvfi/ops';
import type { TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { type ConvolutionSteps, convolveNormalized } from './convolution.js';

/** `bottleneck` blocks are four times as wide outside as their 3x3 convolution. */
export type ResidualBlock = 'basic' | 'bottleneck';

/** What to run: names of the stages, blocks in each, convolutions in a block. */
export interface ResidualNetworkShape {
  readonly key: string;
  readonly stages: readonly string[];
  readonly depths: readonly number[];
  readonly block: ResidualBlock;
  /** Samples of the frame for one of the last stages' features; stages that would have more dilate instead. Default: no limit. */
  readonly outputStride?: number;
}

/**
 * ResNet (He et al., CVPR 2016), with the stride of a bottleneck in its 3x3 convolution, as torchvision's.
 * @param x [B, H, W, C]; where H and W are odd, strides round up.
 * @returns Features of each stage, at 1/4, 1/8, ... of the frame down to 1 / `outputStride`; at least 0.
 */
export function residualFeatures(weights: TensorWeights, shape: ResidualNetworkShape, x: tf.Tensor4D): tf.Tensor4D[] {
  const { key, stages, depths, block, outputStride = Infinity } = shape;
  const stem = tf.relu(convolveNormalized(weights, [`${key}.conv1`, `${key}.bn1`], x, { stride: 2 }));
  let y = maxPool2d(stem, { kernel: 3, stride: 2, padding: 1 });
  let dilation = 1;
  return stages.map((stage, level) => {
    const isStrided = level > 0 && 4 * 2 ** level <= outputStride;
    // The first block of a stage that dilates still has the dilation of the stage before.
    let steps: ConvolutionSteps = { stride: isStrided ? 2 : 1, dilation };
    if (level > 0 && !isStrided) dilation *= 2;
    for (let index = 0; index < depths[level]!; index++) {
      y = residualBlock(weights, `${key}.${stage}.${index}`, block, y, steps);
      steps = { dilation };
    }
    return y;
  });
}

function residualBlock(
  weights: TensorWeights,
  key: string,
  block: ResidualBlock,
  x: tf.Tensor4D,
  steps: ConvolutionSteps,
): tf.Tensor4D {
  const layer = (index: number, input: tf.Tensor4D, given: ConvolutionSteps = {}): tf.Tensor4D =>
    convolveNormalized(weights, [`${key}.conv${index}`, `${key}.bn${index}`], input, given);
  const branch =
    block === 'basic'
      ? layer(2, tf.relu(layer(1, x, steps)), { dilation: steps.dilation ?? 1 })
      : layer(3, tf.relu(layer(2, tf.relu(layer(1, x)), steps)));
  const shortcut = weights.has(`${key}.downsample.0.weight`)
    ? convolveNormalized(weights, [`${key}.downsample.0`, `${key}.downsample.1`], x, { stride: steps.stride ?? 1 })
    : x;
  return tf.relu(tf.add(branch, shortcut)) as tf.Tensor4D;
}
