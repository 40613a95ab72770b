import * as tf from '@vosvfi/runtime/tf';
import type { AxisTap } from './sample-taps.js';

/** What lies outside a picture: copies of its edge, zeros, or the picture reflected. */
export type SamplePadding = 'border' | 'zeros' | 'reflection';

/** How a value between samples is made: of the 2 x 2 nearest, of the nearest one, or of 4 x 4 (cubic, a = -0.75). */
export type SampleMode = 'bilinear' | 'nearest' | 'bicubic';

/** How coordinates along one axis become taps. */
export interface AxisRule {
  /** Samples of the picture along the axis. */
  readonly extent: number;
  readonly mode: SampleMode;
  readonly padding: SamplePadding;
  /** Reflect at the centres of the outermost samples (else at their outer edges, half a sample further). */
  readonly isReflectedAtCentres: boolean;
}

/** Free parameter of PyTorch's cubic convolution. */
const CUBIC = -0.75;

/**
 * The taps for coordinates in samples, as PyTorch's `grid_sample` has them: a clamped coordinate has no slope (the edge
 * itself counts as clamped). A coordinate that is NaN gets valid indices and weights that are NaN.
 */
export function axisTaps(position: tf.Tensor, rule: AxisRule): AxisTap[] {
  const near = withinReach(position, rule);
  if (rule.mode === 'bicubic') return cubicTaps(near, rule);
  const { place, slope } = inside(near, rule);
  return rule.mode === 'nearest' ? nearestTap(place, rule) : linearTaps(place, slope, rule);
}

/** Infinity would turn into NaN; nothing changes beyond the fourth sample outside, unless the picture is reflected. */
function withinReach(position: tf.Tensor, { extent, padding }: AxisRule): tf.Tensor {
  return padding === 'reflection' ? position : tf.clipByValue(position, -4, extent + 3);
}

/** A coordinate after padding, and its derivative by the original one. */
interface Placed {
  readonly place: tf.Tensor;
  readonly slope: tf.Tensor | null;
}

function inside(position: tf.Tensor, rule: AxisRule): Placed {
  if (rule.padding === 'zeros') return { place: position, slope: null };
  const { place, slope } = rule.padding === 'reflection' ? reflect(position, rule) : { place: position, slope: null };
  const last = rule.extent - 1;
  const free = tf.logicalAnd(tf.greater(place, 0), tf.less(place, last)).toFloat();
  return { place: tf.clipByValue(place, 0, last), slope: slope === null ? free : tf.mul(slope, free) };
}

function reflect(position: tf.Tensor, { extent, isReflectedAtCentres }: AxisRule): Placed {
  const low = isReflectedAtCentres ? 0 : -0.5;
  const span = isReflectedAtCentres ? extent - 1 : extent;
  if (span === 0) return { place: tf.zerosLike(position), slope: tf.zerosLike(position) };
  const from = tf.sub(position, low);
  const away = tf.abs(from);
  const turns = tf.floor(tf.div(away, span));
  const rest = tf.sub(away, tf.mul(turns, span));
  const isTurned = tf.greater(tf.sub(turns, tf.mul(tf.floor(tf.div(turns, 2)), 2)), 0.5);
  const turned = tf.where(isTurned, tf.sub(span, rest), rest);
  const sign = tf.where(tf.less(from, 0), tf.neg(tf.onesLike(from)), tf.onesLike(from));
  return { place: tf.add(turned, low), slope: tf.where(isTurned, tf.neg(sign), sign) };
}

function nearestTap(place: tf.Tensor, { extent, padding }: AxisRule): AxisTap[] {
  const index = withoutNaN(tf.round(place));
  const kept = tf.clipByValue(index, 0, extent - 1);
  const weight = padding === 'zeros' ? tf.equal(index, kept).toFloat() : tf.onesLike(index);
  // 0 for every number.
  const nan = tf.sub(place, place);
  return [{ index: kept, weight: tf.add(weight, nan), slope: tf.zerosLike(index) }];
}

function linearTaps(place: tf.Tensor, slope: tf.Tensor | null, { extent }: AxisRule): AxisTap[] {
  const floor = withoutNaN(tf.floor(place));
  const next = tf.add(floor, 1);
  const fraction = tf.sub(place, floor);
  const rest = tf.sub(1, fraction);
  const low = tf.clipByValue(floor, 0, extent - 1);
  const high = tf.clipByValue(next, 0, extent - 1);
  if (slope !== null) {
    return [
      { index: low, weight: rest, slope: tf.neg(slope) },
      { index: high, weight: fraction, slope },
    ];
  }
  const isLowInside = tf.equal(floor, low).toFloat();
  const isHighInside = tf.equal(next, high).toFloat();
  return [
    { index: low, weight: tf.mul(rest, isLowInside), slope: tf.neg(isLowInside) },
    { index: high, weight: tf.mul(fraction, isHighInside), slope: isHighInside },
  ];
}

/** Four taps; each index is padded on its own, so that a clamped or reflected coordinate keeps its slope. */
function cubicTaps(position: tf.Tensor, rule: AxisRule): AxisTap[] {
  const floor = withoutNaN(tf.floor(position));
  const fraction = tf.sub(position, floor);
  return [-1, 0, 1, 2].map((step) => {
    const { weight, slope } = cubicWeight(tf.sub(fraction, step));
    const index = tf.add(floor, step);
    if (rule.padding !== 'zeros') return { index: inside(index, rule).place, weight, slope };
    const kept = tf.clipByValue(index, 0, rule.extent - 1);
    const isInside = tf.equal(index, kept).toFloat();
    return { index: kept, weight: tf.mul(weight, isInside), slope: tf.mul(slope, isInside) };
  });
}

/** Weight of a sample at signed distance `away` (at most 2), and its derivative. */
function cubicWeight(away: tf.Tensor): { weight: tf.Tensor; slope: tf.Tensor } {
  const distance = tf.abs(away);
  const sign = tf.sign(away);
  const polynomial = (...factors: number[]): tf.Tensor =>
    factors
      .slice(1)
      .reduce<tf.Tensor>((value, factor) => tf.add(tf.mul(value, distance), factor), tf.fill(away.shape, factors[0]!));
  const isNear = tf.lessEqual(distance, 1);
  return {
    weight: tf.where(
      isNear,
      polynomial(CUBIC + 2, -(CUBIC + 3), 0, 1),
      polynomial(CUBIC, -5 * CUBIC, 8 * CUBIC, -4 * CUBIC),
    ),
    slope: tf.mul(
      sign,
      tf.where(isNear, polynomial(3 * (CUBIC + 2), -2 * (CUBIC + 3), 0), polynomial(3 * CUBIC, -10 * CUBIC, 8 * CUBIC)),
    ),
  };
}

/** NaN as 0, so that a diverged coordinate still gives valid indices; the weights stay NaN and so does the result. */
function withoutNaN(x: tf.Tensor): tf.Tensor {
  return tf.where(tf.equal(x, x), x, tf.zerosLike(x));
}
