import { ConfigError, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { withGradient } from './with-gradient.js';

function checkRows(subject: string, x: tf.Tensor, indices: tf.Tensor): void {
  if (x.rank !== 2) throw new ShapeError(subject, '[N, C]', x.shape);
  if (indices.rank !== 1 || indices.dtype !== 'int32') {
    throw new ShapeError(`${subject} indices`, 'int32 [M]', `${indices.dtype} [${indices.shape.join(', ')}]`);
  }
}

/** tfjs's `unsortedSegmentSum` would visit every update once for every bin. */
function sumIntoRows(updates: tf.Tensor, indices: tf.Tensor, count: number): tf.Tensor {
  return tf.scatterND(tf.expandDims(indices, 1), updates, [count, updates.shape[1]!]);
}

/**
 * Rows `x[indices[m]]`. Unlike tfjs's `gather` it can be differentiated with integer indices (which take no gradient).
 *
 * @param x [N, C] float32.
 * @param indices [M] int32, each in 0..N-1.
 * @returns [M, C].
 * @throws ShapeError if ranks or types do not fit.
 */
export function gatherRows(x: tf.Tensor, indices: tf.Tensor): tf.Tensor2D {
  checkRows('gatherRows', x, indices);
  const rows = x.shape[0]!;
  return withGradient(x, (input) => ({
    value: tf.gather(input, indices),
    saved: [indices],
    gradient: (dy, [kept]) => sumIntoRows(dy, kept!, rows),
  })) as tf.Tensor2D;
}

/**
 * Sums rows into `count` bins: out[n] is the sum of all `updates[m]` with `indices[m] === n`.
 *
 * @param updates [M, C] float32.
 * @param indices [M] int32, each in 0..count-1.
 * @param count Number of output rows.
 * @returns [count, C].
 * @throws ShapeError if ranks or types do not fit; ConfigError if `count` is not a positive integer.
 */
export function scatterAdd(updates: tf.Tensor, indices: tf.Tensor, count: number): tf.Tensor2D {
  checkRows('scatterAdd', updates, indices);
  if (!Number.isInteger(count) || count < 1) {
    throw new ConfigError('scatterAdd count', `expected a positive integer, found ${count}.`);
  }
  if (updates.shape[0] !== indices.shape[0]) {
    throw new ShapeError('scatterAdd indices', `[${updates.shape[0]}], one for each row`, indices.shape);
  }
  return withGradient(updates, (input) => ({
    value: sumIntoRows(input, indices, count),
    saved: [indices],
    gradient: (dy, [kept]) => tf.gather(dy, kept!),
  })) as tf.Tensor2D;
}
