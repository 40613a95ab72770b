import { ConfigError, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { expectShape, rank4 } from './shape-checks.js';
import { splatSum } from './splat-sum.js';

/** How pixels that land in the same place are put together. */
export type SplatMode = 'sum' | 'average' | 'linear' | 'softmax';

/** Options of {@link splatForward}. */
export interface SplatOptions {
  readonly mode: SplatMode;
  /**
   * How the division of the modes other than `sum` is kept from dividing by 0. `add` (default): 1e-7 is added to the
   * denominator. `zero`: a denominator of exactly 0 becomes 1. `clip`: denominators below 1e-7 become 1e-7.
   */
  readonly epsilon?: 'add' | 'zero' | 'clip';
  /** Importance Z of every pixel, [B, H, W, 1]; modes `linear` and `softmax` need it, the others refuse it. */
  readonly metric?: tf.Tensor;
}

const smallest = 1e-7;

/**
 * Forward splatting (Niklaus and Liu, "Softmax Splatting", CVPR 2020, eq. 1 to 9): pixel q of `image` goes to q + flow(q)
 * and is shared among the four pixels around. With S the summation of the shares, the result is S(I) for `sum`,
 * S(I) / S(1) for `average`, S(I Z) / S(Z) for `linear` and S(I e^Z) / S(e^Z) for `softmax`.
 *
 * Where nothing lands the result is 0. Shares outside the picture are lost, and a pixel whose displacement is not finite
 * goes nowhere. There is no maximum subtracted from Z: keep |Z| below about 80, and above -16 if the added epsilon
 * shall not show.
 *
 * @param image [B, H, W, C] float32.
 * @param flow [B, H, W, 2] float32: (x, y) displacement in pixels.
 * @returns [B, H, W, C]; gradients go to image, flow and metric. A pixel that lands exactly on another has the slope
 *   of the cell on its right and below.
 * @throws ShapeError if ranks or extents do not fit; ConfigError if mode and metric do not.
 */
export function splatForward(image: tf.Tensor, flow: tf.Tensor, options: SplatOptions): tf.Tensor4D {
  const { mode, epsilon = 'add', metric } = options;
  const source = rank4('splatForward image', image);
  const [batch, height, width, channels] = source.shape;
  const motion = rank4('splatForward flow', flow, '[B, H, W, 2]');
  expectShape('splatForward flow', motion, [batch, height, width, 2]);
  if (source.size === 0) throw new ShapeError('splatForward image', 'at least one pixel', source.shape);
  const planes = tf.transpose(source, [0, 3, 1, 2]) as tf.Tensor4D;
  if (mode === 'sum') {
    refuseMetric(mode, metric);
    return tf.transpose(splatSum(planes, motion), [0, 2, 3, 1]);
  }
  const weight = tf.reshape(weightOf(mode, metric, [batch, height, width, 1]), [batch, 1, height, width]);
  const weighted = mode === 'average' ? planes : tf.mul(planes, weight);
  // The denominator travels as one more channel.
  const sums = splatSum(tf.concat([weighted, weight], 1) as tf.Tensor4D, motion);
  const [total, mass] = tf.split(sums, [channels, 1], 1) as [tf.Tensor4D, tf.Tensor4D];
  return tf.transpose(tf.div(total, denominator(mass, epsilon)), [0, 2, 3, 1]) as tf.Tensor4D;
}

function refuseMetric(mode: SplatMode, metric: tf.Tensor | undefined): void {
  if (metric === undefined) return;
  throw new ConfigError('splatForward metric', `mode "${mode}" takes none.`, { hint: 'Use "linear" or "softmax".' });
}

function weightOf(
  mode: Exclude<SplatMode, 'sum'>,
  metric: tf.Tensor | undefined,
  shape: [number, number, number, number],
): tf.Tensor {
  if (mode === 'average') {
    refuseMetric(mode, metric);
    return tf.ones(shape);
  }
  if (metric === undefined) throw new ConfigError('splatForward metric', `mode "${mode}" needs one.`);
  expectShape('splatForward metric', metric, shape);
  return mode === 'linear' ? metric : tf.exp(metric);
}

function denominator(mass: tf.Tensor4D, epsilon: NonNullable<SplatOptions['epsilon']>): tf.Tensor {
  if (epsilon === 'add') return tf.add(mass, smallest);
  if (epsilon === 'clip') return tf.maximum(mass, smallest);
  return tf.where(tf.equal(mass, 0), tf.onesLike(mass), mass);
}
