import * as tf from '@vosvfi/runtime/tf';

/**
 * The samples of one axis around the centres of N queries: `span` = 2 radius + 2 whole places, and between them
 * 2 radius + 1 samples, each from two neighbouring places.
 */
export interface AxisWindow {
  /** Whole places, moved inside the axis, float32 [span, N]. */
  readonly place: tf.Tensor2D;
  /** 1 where the place was inside, [span, N]. */
  readonly inside: tf.Tensor2D;
  /** Part of the sample that the second of its two places gives, [N]. NaN where the centre is not finite. */
  readonly fraction: tf.Tensor1D;
}

/** The window around `centre` [N] on an axis of `extent` samples. */
export function windowOf(centre: tf.Tensor1D, radius: number, extent: number): AxisWindow {
  const span = 2 * radius + 2;
  const floor: tf.Tensor = tf.floor(centre);
  // A centre far outside stays outside; what is not a number is put there.
  const near = tf.where(tf.equal(floor, floor), tf.clipByValue(floor, -span, extent + span), tf.scalar(-span));
  const wanted = tf.add(tf.reshape(tf.range(-radius, radius + 2, 1, 'float32'), [span, 1]), near);
  const place = tf.clipByValue(wanted, 0, extent - 1) as tf.Tensor2D;
  const inside = tf.cast(tf.equal(place, wanted), 'float32') as tf.Tensor2D;
  return { place, inside, fraction: tf.sub(centre, floor) as tf.Tensor1D };
}

/** Place in its own picture, of rows of `columns`, of every value of a query's patch: int32 [N, x y]. */
export function patchPlaces(across: AxisWindow, down: AxisWindow, columns: number): tf.Tensor2D {
  const [span, count] = across.place.shape;
  const places = tf.add(tf.expandDims(across.place, 1), tf.mul(down.place, columns));
  return tf.transpose(tf.reshape(tf.cast(places, 'int32'), [span * span, count]));
}

/** Shares of the two places of each sample along one axis, both [2 radius + 1, N]. */
export function sharesAlong({ inside, fraction }: AxisWindow): [tf.Tensor, tf.Tensor] {
  const [low, high] = insideOfPairs({ inside });
  return [tf.mul(low, tf.sub(1, fraction)), tf.mul(high, fraction)];
}

/** Whether the first and the second place of each sample are inside, both [2 radius + 1, N]. */
export function insideOfPairs({ inside }: Pick<AxisWindow, 'inside'>): [tf.Tensor, tf.Tensor] {
  return pairsAlong(inside, 0);
}

/** First and second places of the samples: all but the last, and all but the first of an axis. */
export function pairsAlong(x: tf.Tensor, axis: number): [tf.Tensor, tf.Tensor] {
  const size = x.shape.map((extent, index) => (index === axis ? extent - 1 : extent));
  const from = (start: number): number[] => size.map((_, index) => (index === axis ? start : 0));
  return [tf.slice(x, from(0), size), tf.slice(x, from(1), size)];
}

/** The transpose of {@link pairsAlong}: adds what both places of every sample get. */
export function joinPairs(low: tf.Tensor, high: tf.Tensor, axis: number): tf.Tensor {
  const padding = (before: number, after: number): [number, number][] =>
    low.shape.map((_, index) => (index === axis ? [before, after] : [0, 0]));
  return tf.add(tf.pad(low, padding(0, 1)), tf.pad(high, padding(1, 0)));
}
