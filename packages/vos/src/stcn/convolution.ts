import { conv2d } from '@vosvfi/ops';
import { type TensorWeights, weightOf } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';

/** PyTorch's default. */
const epsilon = 1e-5;

/** Convolution with bias, `key.weight` and `key.bias`, padded to keep the size. */
export function convolve(weights: TensorWeights, key: string, x: tf.Tensor): tf.Tensor4D {
  const weight = weightOf(weights, `${key}.weight`);
  return conv2d(x, weight, weightOf(weights, `${key}.bias`), { padding: (weight.shape[2]! - 1) / 2 });
}

/**
 * Convolution `convolution` (whose bias is optional) followed by batch normalization `normalization` with its running
 * statistics. Scale and shift go into the filter, which is exact, and saves two passes over the output and two more
 * in the backward pass.
 */
export function convolveNormalized(
  weights: TensorWeights,
  [convolution, normalization]: readonly [string, string],
  x: tf.Tensor,
  stride = 1,
): tf.Tensor4D {
  const weight = weightOf(weights, `${convolution}.weight`);
  const bias = weights.get(`${convolution}.bias`);
  const variance = weightOf(weights, `${normalization}.running_var`);
  const scale = tf.div(weightOf(weights, `${normalization}.weight`), tf.sqrt(tf.add(variance, epsilon)));
  const mean = weightOf(weights, `${normalization}.running_mean`);
  const centre = bias === undefined ? tf.neg(mean) : tf.sub(bias, mean);
  const shift = tf.add(weightOf(weights, `${normalization}.bias`), tf.mul(centre, scale));
  const scaled = tf.mul(weight, tf.reshape(scale, [-1, 1, 1, 1]));
  return conv2d(x, scaled, shift, { stride, padding: (weight.shape[2]! - 1) / 2 });
}

/**
 * Block with two 3x3 convolutions, each after a ReLU, added to its input (or to a convolution of it, where the number
 * of channels changes).
 */
export function preActivationBlock(weights: TensorWeights, key: string, x: tf.Tensor4D): tf.Tensor4D {
  const inner = convolve(weights, `${key}.conv1`, tf.relu(x));
  const branch = convolve(weights, `${key}.conv2`, tf.relu(inner));
  const shortcut = weights.has(`${key}.downsample.weight`) ? convolve(weights, `${key}.downsample`, x) : x;
  return tf.add(shortcut, branch);
}
