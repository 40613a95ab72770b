import * as tf from '@vosvfi/runtime/tf';
import { expectedDisplacement } from './window-copy.js';

/** Every window of the coarse search reaches this many steps (official code: `memory_patch_R`). */
const searchRadius = 12;

/** Places that are congruent modulo `dilation`, as pictures of their own; completed with zeros. */
function phasesOf(x: tf.Tensor4D, dilation: number): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const [rows, columns] = [Math.ceil(height / dilation), Math.ceil(width / dilation)];
  const padded = tf.pad(x, [
    [0, 0],
    [0, rows * dilation - height],
    [0, columns * dilation - width],
    [0, 0],
  ]);
  const cut = tf.transpose(
    tf.reshape(padded, [batch, rows, dilation, columns, dilation, channels]),
    [0, 2, 4, 1, 3, 5],
  );
  return tf.reshape(cut, [batch * dilation * dilation, rows, columns, channels]);
}

/** The reverse of {@link phasesOf}, for pictures of `height` x `width`. */
function fromPhases(x: tf.Tensor4D, dilation: number, [height, width]: readonly [number, number]): tf.Tensor4D {
  const [phases, rows, columns, channels] = x.shape;
  const batch = phases / (dilation * dilation);
  const cut = tf.reshape(x, [batch, dilation, dilation, rows, columns, channels]);
  const joined = tf.transpose(cut, [0, 3, 1, 4, 2, 5]);
  const picture = tf.reshape(joined, [batch, rows * dilation, columns * dilation, channels]);
  return tf.slice(picture, [0, 0, 0, 0], [batch, height, width, channels]) as tf.Tensor4D;
}

/**
 * Where each place of the query probably was in a reference from long ago: the mean of the displacements in a window of
 * 25 x 25 places, `dilation` apart, by a softmax over the scalar products of features (MAST, section 3.3: the
 * coarse step of its two-step attention).
 *
 * @param query [B, h, w, C].
 * @param reference [B, h, w, C].
 * @returns [B, h, w, 2]: (x, y) in places.
 */
export function searchCoarsely(query: tf.Tensor4D, reference: tf.Tensor4D, dilation: number): tf.Tensor4D {
  // Places that are `dilation` apart are neighbours in a picture of one phase.
  const found = expectedDisplacement(phasesOf(query, dilation), phasesOf(reference, dilation), searchRadius);
  const [, height, width] = query.shape;
  return tf.mul(fromPhases(found, dilation, [height, width]), dilation);
}
