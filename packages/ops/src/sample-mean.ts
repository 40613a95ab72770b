import { sizeOf } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';

/** Runs of at most this many values are summed at once. */
const longestRun = 16;

/**
 * Mean of each sample over all axes but the first, [B, 1, ..., 1].
 *
 * Means of short runs are averaged, level by level: one long float32 sum over a picture would lose two digits more, which
 * is enough to change the side on which values near the kink of an activation fall.
 *
 * @param x [B, ...] float32, at least rank 1 and not empty.
 */
export function sampleMean(x: tf.Tensor): tf.Tensor {
  const [batch = 1, ...rest] = x.shape;
  let count = sizeOf(rest);
  let means = tf.reshape(x, [batch, count]);
  while (count > 1) {
    const run = divisorUpTo(count, longestRun);
    count /= run;
    means = tf.mean(tf.reshape(means, [batch, count, run]), 2);
  }
  return tf.reshape(means, [batch, ...rest.map(() => 1)]);
}

/** The largest divisor of `count` from 2 to `limit`, or `count` itself if it has none. */
function divisorUpTo(count: number, limit: number): number {
  for (let divisor = Math.min(limit, count); divisor > 1; divisor--) if (count % divisor === 0) return divisor;
  return count;
}
