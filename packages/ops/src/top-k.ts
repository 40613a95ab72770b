import { ConfigError, ShapeError, sizeOf } from '@vosvfi/core';
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
  const values = withGradient(x, () => ({
    value: found.values.clone(),
    saved: [found.indices],
    gradient: (dy, [indices]) => spread(dy, indices!, x.shape),
  }));
  return { values, indices: found.indices };
}

/** Puts the gradient of each taken value back to its place, zeros elsewhere. */
function spread(dy: tf.Tensor, indices: tf.Tensor, shape: number[]): tf.Tensor {
  const length = shape[shape.length - 1]!;
  const size = sizeOf(shape);
  const rows = tf.expandDims(tf.range(0, size, length, 'int32'), 1);
  const places = tf.add(tf.reshape(indices, [size / length, -1]), rows);
  return tf.reshape(tf.scatterND(tf.reshape(places, [-1, 1]), tf.reshape(dy, [-1]), [size]), shape);
}
