import * as tf from '@vosvfi/runtime/tf';

/** Probabilities are kept this far from 0 and 1 before their logarithm. */
const margin = 1e-7;

/**
 * Binary cross-entropy of probabilities, -(y log q + (1 - y) log(1 - q)) with q clamped to [1e-7, 1 - 1e-7], averaged over
 * the pixels of each sample.
 *
 * @param probability q, [B, H, W, 1] in 0..1.
 * @param target y, of the same shape, in 0..1.
 * @returns [B].
 */
export function binaryCrossEntropy(probability: tf.Tensor, target: tf.Tensor): tf.Tensor1D {
  const q = tf.clipByValue(probability, margin, 1 - margin);
  const absent = tf.mul(tf.sub(1, target), tf.log(tf.sub(1, q)));
  const perPixel = tf.add(tf.mul(target, tf.log(q)), absent);
  return tf.neg(tf.mean(perPixel, [1, 2, 3]) as tf.Tensor1D);
}

/** PyTorch clamps logarithms at this value in its binary cross-entropy. */
const lowestLogarithm = -100;

/**
 * Binary cross-entropy of masks that are 0 or 1 as PyTorch computes it: 100 times the share of pixels that differ.
 *
 * @param mask [B, H, W, 1], 0 or 1.
 * @param target of the same shape, 0 or 1.
 * @returns [B].
 */
export function hardCrossEntropy(mask: tf.Tensor, target: tf.Tensor): tf.Tensor1D {
  return tf.mul(tf.mean(tf.abs(tf.sub(mask, target)), [1, 2, 3]), -lowestLogarithm);
}
