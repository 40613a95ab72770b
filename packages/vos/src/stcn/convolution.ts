import type { TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { convolve } from '../layers/convolution.js';

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
