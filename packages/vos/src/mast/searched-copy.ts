import { gatherRows } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';
import { movedWindows, sampleWindows, spreadToPlaces, type WindowShape } from './moved-window.js';
import { type SoftCopy, sharesOf } from './soft-copy.js';

/** Scores of all pairs of places that are held at a time. */
const pairsAtATime = 2 ** 24;

/** A reference from long ago, and where to look in it. */
export interface SearchedReference {
  /** [B, h, w, C]. */
  readonly features: tf.Tensor4D;
  /** [B, h, w, L]; constant to differentiation. */
  readonly values: tf.Tensor4D;
  /** [B, h, w, 2]: (x, y) displacement of the windows in `features`. */
  readonly offset: tf.Tensor4D;
  /** [B, h, w, 2]: displacement of the windows in `values`; the same as `offset`, but for the official code's mistake. */
  readonly valueOffset: tf.Tensor4D;
}

/** Rows `start` to `start + count` of a picture [B, h, w, C] as [B count w, C]. */
function rowsOf(x: tf.Tensor4D, start: number, count: number): tf.Tensor2D {
  const [batch, , width, channels] = x.shape;
  return tf.reshape(tf.slice(x, [0, start, 0, 0], [batch, count, width, channels]), [batch * count * width, channels]);
}

/** Numbers of the first place of each row's picture among [rows * length], int32 [rows, 1]. */
function starts(rows: number, length: number): tf.Tensor2D {
  return tf.reshape(tf.range(0, rows * length, length, 'int32'), [rows, 1]);
}

/**
 * Copies values from windows of a reference that lie where a coarse search found each place (MAST, section 3.3: the
 * fine step). Windows lie between places; features and values are sampled bilinearly there, zeros outside.
 *
 * Features are not sampled themselves: scalar products with the places around a window are, which is the same and less.
 * @param query [B, h, w, C].
 */
export function copyFromSearched(
  query: tf.Tensor4D,
  { features, values, offset, valueOffset }: SearchedReference,
  window: Pick<WindowShape, 'radius' | 'alignCorners'>,
): SoftCopy {
  const [batch, height, width, channels] = query.shape;
  const places = height * width;
  const shape = { ...window, height, width };
  const flatFeatures = tf.reshape(features, [batch, places, channels]);
  const flatValues = tf.reshape(values, [batch * places, values.shape[3]]);
  const strip = Math.max(1, Math.floor(pairsAtATime / (batch * width * places)));
  const copies: tf.Tensor4D[] = [];
  for (let start = 0; start < height; start += strip) {
    const rows = Math.min(strip, height - start);
    const count = batch * rows * width;
    const centres = (moved: tf.Tensor4D) => tf.add(rowsOf(moved, start, rows), gridOf(batch, start, rows, width));
    const queries = tf.reshape(rowsOf(query, start, rows), [batch, rows * width, channels]);
    const pairs = tf.reshape(tf.matMul(queries, flatFeatures, false, true), [count * places, 1]);
    const seen = movedWindows(centres(offset) as tf.Tensor2D, shape);
    const around = gatherRows(pairs, flat(tf.add(seen.places, starts(count, places))));
    const scores = sampleWindows(seen, tf.reshape(around, seen.places.shape));
    const { unnormalized, sum, evidence } = sharesOf(tf.expandDims(scores, 1) as tf.Tensor3D);
    const copied = offset === valueOffset ? seen : movedWindows(centres(valueOffset) as tf.Tensor2D, shape);
    const pictures = tf.reshape(tf.tile(starts(batch, places), [1, rows * width]), [count, 1]);
    const held = tf.reshape(gatherRows(flatValues, flat(tf.add(copied.places, pictures))), [
      count,
      copied.places.shape[1],
      values.shape[3],
    ]);
    const spread = spreadToPlaces(copied, tf.squeeze(unnormalized, [1]) as tf.Tensor2D);
    const mean = tf.div(tf.matMul(tf.expandDims(spread, 1) as tf.Tensor3D, held as tf.Tensor3D), sum);
    copies.push(tf.reshape(tf.concat([mean, evidence], 2), [batch, rows, width, values.shape[3] + 1]));
  }
  const joined = tf.concat(copies, 1) as tf.Tensor4D;
  return {
    values: tf.slice(joined, [0, 0, 0, 0], values.shape) as tf.Tensor4D,
    evidence: tf.slice(joined, [0, 0, 0, values.shape[3]], [batch, height, width, 1]) as tf.Tensor4D,
  };
}

function flat(x: tf.Tensor): tf.Tensor1D {
  return tf.reshape(x, [x.size]);
}

/** (x, y) of the places in rows `start` to `start + rows` of each picture, [B rows w, 2]. */
function gridOf(batch: number, start: number, rows: number, width: number): tf.Tensor2D {
  const places = Array.from({ length: batch * rows * width }, (_, index) => [
    index % width,
    start + (Math.floor(index / width) % rows),
  ]);
  return tf.tensor2d(places.flat(), [places.length, 2]);
}
