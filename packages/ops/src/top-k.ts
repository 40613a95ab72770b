import { ConfigError, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { stopGradient } from './stop-gradient.js';
import { withGradient } from './with-gradient.js';

/**
 * The `k` largest values of the last axis, largest first, with gradients to the values that were taken.
 *
 * @param x [..., N] float32.
 * @param k At most N.
 * @returns `values` and `indices` (int32), both [..., k].
 * @throws ShapeError for a scalar; ConfigError unless 1 <= k <= N.
 */
export function topK(x: tf.Tensor, k: number): { values: tf.Tensor; indices: tf.Tensor } {
  const length = x.shape[x.rank - 1];
  if (length === undefined) throw new ShapeError('topK input', '[..., N]', x.shape);
  if (!Number.isInteger(k) || k < 1 || k > length) {
    throw new ConfigError('topK k', `expected an integer from 1 to ${length}, found ${k}.`);
  }
  const found = tf.topk(stopGradient(x), k, true);
  const size = x.size;
  const offsets = tf.range(0, size, length, 'int32').expandDims(1);
  const flat = tf.reshape(tf.add(tf.reshape(found.indices, [-1, k]), offsets), [-1]).toInt();
  const values = withGradient(
    x,
    () => found.values.clone(),
    [flat],
    (dy, [kept]) => tf.reshape(tf.unsortedSegmentSum(tf.reshape(dy, [-1]), kept as tf.Tensor1D, size), x.shape),
  );
  return { values, indices: found.indices };
}
