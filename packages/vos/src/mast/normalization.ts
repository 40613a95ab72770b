import { batchNormTraining, conv2d } from '@vosvfi/ops';
import { type TensorWeights, weightOf } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';

/** PyTorch's default. */
const epsilon = 1e-5;

/** A convolution without bias and the batch normalization after it. */
export interface NormalizedConvolution {
  /** Key of the convolution, without `.weight`. */
  readonly convolution: string;
  /** Key of the normalization, without `.weight` and the like. */
  readonly normalization: string;
  readonly stride: number;
}

/** Computes a convolution with its normalization. */
export type ApplyNormalized = (weights: TensorWeights, layer: NormalizedConvolution, x: tf.Tensor4D) => tf.Tensor4D;

/** Hears what is normalized to, before any activation. */
export type NormalizedObserver = (normalization: string, value: tf.Tensor4D) => void;

function paddingOf(weight: tf.Tensor): number {
  return ((weight.shape[2] as number) - 1) / 2;
}

/** With the stored statistics: scale and shift go into the filter, which is exact. */
export const withStoredStatistics: ApplyNormalized = (weights, { convolution, normalization, stride }, x) => {
  const weight = weightOf(weights, `${convolution}.weight`);
  const variance = weightOf(weights, `${normalization}.running_var`);
  const scale = tf.div(weightOf(weights, `${normalization}.weight`), tf.sqrt(tf.add(variance, epsilon)));
  const mean = weightOf(weights, `${normalization}.running_mean`);
  const shift = tf.sub(weightOf(weights, `${normalization}.bias`), tf.mul(mean, scale));
  return conv2d(x, tf.mul(weight, tf.reshape(scale, [-1, 1, 1, 1])), shift, { stride, padding: paddingOf(weight) });
};

/** Mean and unbiased variance [C] of a batch, by the key of the normalization. */
export type BatchStatistics = Map<string, { readonly mean: tf.Tensor; readonly variance: tf.Tensor }>;

/** With the statistics of the batch itself, which are added to `statistics`. */
export function withBatchStatistics(statistics: BatchStatistics): ApplyNormalized {
  return (weights, { convolution, normalization, stride }, x) => {
    const weight = weightOf(weights, `${convolution}.weight`);
    const product = conv2d(x, weight, undefined, { stride, padding: paddingOf(weight) });
    const affine = {
      weight: weightOf(weights, `${normalization}.weight`),
      bias: weightOf(weights, `${normalization}.bias`),
    };
    const { value, mean, variance } = batchNormTraining(product, affine, epsilon);
    statistics.set(normalization, { mean, variance });
    return value;
  };
}
