import { ConfigError, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { expectShape, rank4 } from './shape-checks.js';
import { type Average, standardize } from './standardize.js';
import { stopGradient } from './stop-gradient.js';

/** Scale and shift of a normalization, each [C]. */
export interface AffineWeights {
  readonly weight: tf.Tensor;
  readonly bias: tf.Tensor;
}

/**
 * Normalization of every channel of every picture over its positions, as PyTorch's `instance_norm` without running
 * statistics.
 *
 * @param x [B, H, W, C] float32.
 * @param affine Absent for PyTorch's `affine=False`.
 * @param epsilon PyTorch's default 1e-5.
 * @returns The shape of `x`.
 * @throws ShapeError if `x` is not rank 4, has one position only, or a weight is not [C].
 */
export function instanceNorm(x: tf.Tensor, affine?: AffineWeights | undefined, epsilon = 1e-5): tf.Tensor4D {
  const input = rank4('instanceNorm input', x);
  if (input.shape[1] * input.shape[2] === 1) {
    throw new ShapeError('instanceNorm input', '[B, H, W, C] with more than one position', x.shape);
  }
  return scaled('instanceNorm', standardize(input, overPositions, epsilon), affine) as tf.Tensor4D;
}

/**
 * Normalization over positions and groups of neighbouring channels, as PyTorch's `group_norm`.
 *
 * @param x [B, H, W, C] float32.
 * @param groups A divisor of C.
 * @param affine Absent for PyTorch's `affine=False`.
 * @param epsilon PyTorch's default 1e-5.
 * @returns The shape of `x`.
 * @throws ShapeError if `x` is not rank 4 or a weight is not [C]; ConfigError if `groups` does not divide C.
 */
export function groupNorm(
  x: tf.Tensor,
  groups: number,
  affine?: AffineWeights | undefined,
  epsilon = 1e-5,
): tf.Tensor4D {
  const input = rank4('groupNorm input', x);
  const [batch, , , channels] = input.shape;
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0) {
    throw new ConfigError('groupNorm groups', `expected a divisor of the ${channels} channels, found ${groups}.`);
  }
  // Groups are joined in the small tensor of means, so that the picture keeps its four axes.
  const average: Average = (y) => {
    const grouped = tf.reshape(overPositions(y), [batch, groups, channels / groups]);
    const shared = tf.tile(tf.mean(grouped, 2, true), [1, 1, channels / groups]);
    return tf.reshape(shared, [batch, 1, 1, channels]);
  };
  return scaled('groupNorm', standardize(input, average, epsilon), affine) as tf.Tensor4D;
}

/**
 * Normalization over the last axis, as PyTorch's `layer_norm`.
 *
 * @param x [..., C] float32.
 * @param affine Absent for PyTorch's `elementwise_affine=False`.
 * @param epsilon PyTorch's default 1e-5.
 * @returns The shape of `x`.
 * @throws ShapeError for a scalar, or if a weight is not [C].
 */
export function layerNorm<T extends tf.Tensor>(x: T, affine?: AffineWeights | undefined, epsilon = 1e-5): T {
  if (x.rank === 0) throw new ShapeError('layerNorm input', '[..., C]', x.shape);
  return scaled(
    'layerNorm',
    standardize(x, (y) => tf.mean(y, -1, true), epsilon),
    affine,
  ) as T;
}

/** What {@link batchNormTraining} gives. */
export interface BatchNormResult<T extends tf.Tensor> {
  /** The shape of the input. */
  readonly value: T;
  /** [C]; what PyTorch blends into `running_mean`. No gradient. */
  readonly mean: tf.Tensor;
  /** [C], unbiased; what PyTorch blends into `running_var`. No gradient. */
  readonly variance: tf.Tensor;
}

/**
 * Batch normalization in training mode, as PyTorch's `batch_norm` with `training=True`: with the statistics of this
 * batch, through which the gradient goes. For inference see `batchNorm`.
 *
 * @param x [..., C] float32; more than one value for each channel.
 * @param affine Absent for PyTorch's `affine=False`.
 * @param epsilon PyTorch's default 1e-5.
 * @throws ShapeError if there is one value for each channel, or a weight is not [C].
 */
export function batchNormTraining<T extends tf.Tensor>(
  x: T,
  affine?: AffineWeights | undefined,
  epsilon = 1e-5,
): BatchNormResult<T> {
  const channels = x.shape.at(-1) ?? 0;
  const count = x.size / channels;
  if (!(count > 1))
    throw new ShapeError('batchNormTraining input', '[..., C] with more than one value a channel', x.shape);
  const axes = x.shape.map((_, axis) => axis).slice(0, -1);
  const average: Average = (y) => tf.mean(y, axes, true);
  const value = scaled('batchNormTraining', standardize(x, average, epsilon), affine) as T;
  const constant = stopGradient(x);
  const mean = average(constant);
  const variance = tf.div(tf.sum(tf.square(tf.sub(constant, mean)), axes), count - 1);
  return { value, mean: tf.reshape(mean, [channels]), variance };
}

const overPositions: Average = (x) => tf.mean(x, [1, 2], true);

function scaled(subject: string, x: tf.Tensor, affine: AffineWeights | undefined): tf.Tensor {
  if (affine === undefined) return x;
  const channels = x.shape.at(-1) as number;
  expectShape(`${subject} weight`, affine.weight, [channels]);
  expectShape(`${subject} bias`, affine.bias, [channels]);
  return tf.add(tf.mul(x, affine.weight), affine.bias);
}
