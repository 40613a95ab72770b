import { ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { expectShape } from './shape-checks.js';

/** Tensors of one batch normalization, each [C]; the names are those of PyTorch without `running_`. */
export interface BatchNormWeights {
  readonly weight: tf.Tensor;
  readonly bias: tf.Tensor;
  readonly mean: tf.Tensor;
  readonly variance: tf.Tensor;
}

/**
 * Batch normalization in inference mode: (x - mean) / sqrt(variance + epsilon) * weight + bias.
 *
 * @param x [..., C] float32.
 * @param weights Running statistics and affine part, each [C].
 * @param epsilon PyTorch's default 1e-5.
 * @returns The shape of `x`.
 * @throws ShapeError naming the tensor that is not [C].
 */
export function batchNorm<T extends tf.Tensor>(x: T, weights: BatchNormWeights, epsilon = 1e-5): T {
  const channels = x.shape[x.rank - 1];
  if (channels === undefined) throw new ShapeError('batchNorm input', '[..., C]', x.shape);
  for (const name of ['weight', 'bias', 'mean', 'variance'] as const) {
    expectShape(`batchNorm ${name}`, weights[name], [channels]);
  }
  // One scale and one shift per channel: constants where the weights are, so that a compiler can fold them.
  const scale = tf.div(weights.weight, tf.sqrt(tf.add(weights.variance, epsilon)));
  const shift = tf.sub(weights.bias, tf.mul(weights.mean, scale));
  return tf.add(tf.mul(x, scale), shift);
}
