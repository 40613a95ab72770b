import * as tf from '@vosvfi/runtime/tf';

/** Constant of the Charbonnier penalty in IFRNet's code. */
const smoothing = 1e-6;

/**
 * Charbonnier penalty, a smooth absolute value: mean of sqrt(d^2 + 1e-6).
 *
 * With a mask it is mean(penalty * mask) / (mean(mask) + 1e-9), both means over all elements of their own tensor.
 *
 * @param difference [B, H, W, C] float32, prediction minus target.
 * @param mask [B, H, W, 1] or the difference's shape, optional.
 * @returns A scalar, at least 0.
 */
export function charbonnierLoss(difference: tf.Tensor, mask?: tf.Tensor): tf.Scalar {
  const penalty = tf.sqrt(tf.add(tf.square(difference), smoothing));
  if (mask === undefined) return tf.mean(penalty);
  return tf.div(tf.mean(tf.mul(penalty, mask)), tf.add(tf.mean(mask), 1e-9));
}

/**
 * Charbonnier penalty whose shape follows a weight (Kong et al. 2022, eq. 8): mean of (d^2 + e^2)^(w / 2) with
 * e = 10^(-(10 w - 1) / 3), so that w = 1 is close to |d| and w = 0 nearly flat.
 *
 * @param difference [B, H, W, C] float32.
 * @param weight [B, H, W, 1] in 0..1, taken as a constant (see {@link robustWeight}).
 * @returns A scalar.
 */
export function adaptiveCharbonnierLoss(difference: tf.Tensor, weight: tf.Tensor): tf.Scalar {
  const epsilon = tf.pow(10, tf.div(tf.sub(1, tf.mul(weight, 10)), 3));
  return tf.mean(tf.pow(tf.add(tf.square(difference), tf.square(epsilon)), tf.mul(weight, 0.5)));
}
