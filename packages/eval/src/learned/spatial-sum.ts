import * as tf from '@vosvfi/runtime/tf';

/** Values that are added up one after another before their sum joins others. */
const CHUNK = 32;

/**
 * Sum over rows and columns, [B, 1, 1, C], added up as a tree. Engines add float32 values one after another, which for the two
 * million equal pixels of a large frame is wrong by percents.
 * @param x [B, H, W, C].
 */
export function spatialSum(x: tf.Tensor): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  let count = height * width;
  let sums = tf.reshape(x, [batch, count, channels]);
  while (count > CHUNK) {
    const chunks = Math.ceil(count / CHUNK);
    const missing = chunks * CHUNK - count;
    const padded =
      missing === 0
        ? sums
        : tf.pad(sums, [
            [0, 0],
            [0, missing],
            [0, 0],
          ]);
    sums = tf.reshape(tf.sum(tf.reshape(padded, [batch * chunks, CHUNK, channels]), 1), [batch, chunks, channels]);
    count = chunks;
  }
  return tf.reshape(tf.sum(sums, 1), [batch, 1, 1, channels]);
}

/** Mean over rows and columns, [B, 1, 1, C]; see {@link spatialSum}. */
export function spatialMean(x: tf.Tensor): tf.Tensor4D {
  return tf.div(spatialSum(x), x.shape[1]! * x.shape[2]!);
}
