import * as tf from '@vosvfi/runtime/tf';

/** The channels of [B, H, W, K], each [B, H, W, 1]. (tf.split into one part has no gradient.) */
export function splitChannels(x: tf.Tensor4D): tf.Tensor4D[] {
  return x.shape[3] === 1 ? [x] : (tf.split(x, x.shape[3], 3) as tf.Tensor4D[]);
}
