import * as tf from '@vosvfi/runtime/tf';

/** Colours are compared at this many times their size (official code). */
const magnification = 20;

/**
 * MAST's loss of reconstructed colours: smooth L1 (a square up to a difference of 1, a straight line beyond) of 20 times
 * both, meaned. Official code: `compute_lphoto`.
 * @param reconstructed [B, H, W, L].
 * @param colours [B, H, W, L].
 */
export function reconstructionLoss(reconstructed: tf.Tensor, colours: tf.Tensor): tf.Scalar {
  const difference = tf.abs(tf.mul(tf.sub(reconstructed, colours), magnification));
  const near = tf.minimum(difference, 1);
  // near^2 / 2 + (difference - near): the square below 1, and beyond it difference - 1/2.
  return tf.mean(tf.add(tf.mul(tf.square(near), 0.5), tf.sub(difference, near)));
}
