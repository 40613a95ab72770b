import { recompute } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';
import { type SoftCopy, sharesOf } from './soft-copy.js';
import { coordinatesOf, fromTiles, reachedBy, type Tiling, tilesOf, tilingOf, windowScores } from './window-tiles.js';

/** Scores of the places that a tile's windows reach, [tiles, side^2, span^2]; those outside a window count as nothing. */
function scoresOf(tiling: Tiling, query: tf.Tensor4D, reference: tf.Tensor4D): tf.Tensor3D {
  const products = tf.matMul(tilesOf(tiling, query), reachedBy(tiling, reference), false, true);
  return tf.add(products, windowScores(tiling));
}

/**
 * Copies values from the window of (2 radius + 1)^2 places around the same place of a reference, by a softmax over the
 * scalar products of features (MAST, eq. 1 and 2). Places outside the picture take part with score 0 and value 0, as in
 * the official code.
 *
 * Nothing of the size of the windows is kept for the backward pass.
 *
 * @param query [B, h, w, C].
 * @param reference [B, h, w, C].
 * @param values [B, h, w, L] of the reference.
 */
export function copyFromWindow(
  query: tf.Tensor4D,
  reference: tf.Tensor4D,
  values: tf.Tensor4D,
  radius: number,
): SoftCopy {
  const tiling = tilingOf(query.shape, radius);
  const joined = recompute(
    ([q, r, v]) => {
      const { unnormalized, sum, evidence } = sharesOf(scoresOf(tiling, q as tf.Tensor4D, r as tf.Tensor4D));
      const copied = tf.div(tf.matMul(unnormalized, reachedBy(tiling, v as tf.Tensor4D)), sum);
      return fromTiles(tiling, tf.concat([copied, evidence], 2) as tf.Tensor3D);
    },
    [query, reference, values],
  );
  const [batch, height, width, channels] = values.shape;
  return {
    values: tf.slice(joined, [0, 0, 0, 0], [batch, height, width, channels]) as tf.Tensor4D,
    evidence: tf.slice(joined, [0, 0, 0, channels], [batch, height, width, 1]) as tf.Tensor4D,
  };
}

/** The mean displacement (x, y) of the places in each window, by the same softmax, [B, h, w, 2]. */
export function expectedDisplacement(query: tf.Tensor4D, reference: tf.Tensor4D, radius: number): tf.Tensor4D {
  const tiling = tilingOf(query.shape, radius);
  return recompute(
    ([q, r]) => {
      const { unnormalized, sum } = sharesOf(scoresOf(tiling, q as tf.Tensor4D, r as tf.Tensor4D));
      const [tiles, queries, places] = unnormalized.shape;
      const flat = tf.reshape(unnormalized, [tiles * queries, places]);
      const reached = tf.reshape(tf.matMul(flat, coordinatesOf(tiling.span)), [tiles, queries, 2]);
      const origin = tf.add(coordinatesOf(tiling.side), radius);
      return fromTiles(tiling, tf.sub(tf.div(reached, sum), tf.expandDims(origin, 0)) as tf.Tensor3D);
    },
    [query, reference],
  ) as tf.Tensor4D;
}
