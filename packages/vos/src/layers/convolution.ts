import { conv2d } from '@vosvfi/ops';
import { type TensorWeights, weightOf } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';

/** PyTorch's default. */
const epsilon = 1e-5;

/** Steps of a convolution; it is padded so that stride 1 keeps the size. */
export interface ConvolutionSteps {
  /** Default 1. */
  readonly stride?: number;
  /** Default 1. */
  readonly dilation?: number;
}

/** Convolution with `key.weight` and, if there is one, `key.bias`. */
export function convolve(
  weights: TensorWeights,
  key: string,
  x: tf.Tensor,
  { stride = 1, dilation = 1 }: ConvolutionSteps = {},
): tf.Tensor4D {
  const weight = weightOf(weights, `${key}.weight`);
  return conv2d(x, weight, weights.get(`${key}.bias`), { stride, dilation, padding: reach(weight, dilation) });
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
  { stride = 1, dilation = 1 }: ConvolutionSteps = {},
): tf.Tensor4D {
  const weight = weightOf(weights, `${convolution}.weight`);
  const bias = weights.get(`${convolution}.bias`);
  const variance = weightOf(weights, `${normalization}.running_var`);
  const scale = tf.div(weightOf(weights, `${normalization}.weight`), tf.sqrt(tf.add(variance, epsilon)));
  const mean = weightOf(weights, `${normalization}.running_mean`);
  const centre = bias === undefined ? tf.neg(mean) : tf.sub(bias, mean);
  const shift = tf.add(weightOf(weights, `${normalization}.bias`), tf.mul(centre, scale));
  const scaled = tf.mul(weight, tf.reshape(scale, [-1, 1, 1, 1]));
  return conv2d(x, scaled, shift, { stride, dilation, padding: reach(weight, dilation) });
}

function reach(weight: tf.Tensor, dilation: number): number {
  return ((weight.shape[2]! - 1) / 2) * dilation;
}
