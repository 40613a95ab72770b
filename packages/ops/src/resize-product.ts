import * as tf from '@vosvfi/runtime/tf';

/**
 * Multiplies one matrix along the height and one along the width; tfjs differentiates it as the product with their
 * transposes.
 *
 * @param x [B, H, W, C].
 * @param down Row-major [height, H].
 * @param across Row-major [width, W].
 * @returns [B, height, width, C].
 */
export function multiplyAxes(x: tf.Tensor4D, down: Float32Array, across: Float32Array): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const [outHeight, outWidth] = [down.length / height, across.length / width];
  const vertical = tf.tensor3d(down, [1, outHeight, height]);
  const horizontal = tf.tensor3d(across, [1, outWidth, width]);
  const columns = tf.matMul(vertical, tf.reshape(x, [batch, height, width * channels]));
  const rows = tf.reshape(columns, [batch * outHeight, width, channels]);
  return tf.reshape(tf.matMul(horizontal, rows), [batch, outHeight, outWidth, channels]);
}
