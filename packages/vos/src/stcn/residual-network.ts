import { maxPool2d } from '@vosvfi/ops';
import type { TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { convolveNormalized } from './convolution.js';

/** What to run: names of the stages, blocks in each, convolutions in a block. */
export interface ResidualNetworkShape {
  readonly key: string;
  readonly stages: readonly string[];
  readonly depths: readonly number[];
  readonly block: 'basic' | 'bottleneck';
}

/**
 * ResNet up to its stage at 1/16 (He et al., CVPR 2016), with the stride of a bottleneck in its 3x3 convolution.
 * @param x [B, H, W, C], H and W multiples of 16.
 * @returns Features at 1/4, 1/8 and 1/16, at least 0.
 */
export function residualFeatures(weights: TensorWeights, shape: ResidualNetworkShape, x: tf.Tensor4D): tf.Tensor4D[] {
  const { key, stages, depths, block } = shape;
  const stem = tf.relu(convolveNormalized(weights, [`${key}.conv1`, `${key}.bn1`], x, 2));
  let y = maxPool2d(stem, { kernel: 3, stride: 2, padding: 1 });
  return stages.map((stage, level) => {
    for (let index = 0; index < depths[level]!; index++) {
      const stride = level > 0 && index === 0 ? 2 : 1;
      y = residualBlock(weights, `${key}.${stage}.${index}`, block, y, stride);
    }
    return y;
  });
}

function residualBlock(
  weights: TensorWeights,
  key: string,
  block: 'basic' | 'bottleneck',
  x: tf.Tensor4D,
  stride: number,
): tf.Tensor4D {
  const layer = (index: number, input: tf.Tensor4D, step = 1): tf.Tensor4D =>
    convolveNormalized(weights, [`${key}.conv${index}`, `${key}.bn${index}`], input, step);
  const branch =
    block === 'basic'
      ? layer(2, tf.relu(layer(1, x, stride)))
      : layer(3, tf.relu(layer(2, tf.relu(layer(1, x)), stride)));
  const shortcut = weights.has(`${key}.downsample.0.weight`)
    ? convolveNormalized(weights, [`${key}.downsample.0`, `${key}.downsample.1`], x, stride)
    : x;
  return tf.relu(tf.add(branch, shortcut)) as tf.Tensor4D;
}
