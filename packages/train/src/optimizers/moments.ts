import * as tf from '@vosvfi/runtime/tf';

/** Hyper-parameters of the Adam family. */
export interface AdamFamilyOptions {
  /** Decay of the first moment, in [0, 1); default 0.9. */
  readonly beta1?: number;
  /** Decay of the second moment (Adamax: of the infinity norm), in [0, 1); default 0.999. */
  readonly beta2?: number;
  /** Added where the update divides; default 1e-8. */
  readonly epsilon?: number;
  /** Default 0. Decoupled in AdamW, added to the gradient (L2) in the others. */
  readonly weightDecay?: number;
}

/**
 * `1 - beta ** step`, which PyTorch computes in float64. In float32 the plain expression loses four digits for beta = 0.999
 * at the first steps, so it is written as `2 h / (1 + h)` with `h = tanh(-step ln(beta) / 2)`, which loses none.
 */
export function biasCorrection(beta: number, step: tf.Scalar): tf.Scalar {
  if (beta === 0) return tf.scalar(1);
  const half = tf.tanh(tf.mul(step, tf.scalar(-Math.log(beta) / 2)));
  return tf.div(tf.mul(half, tf.scalar(2)), tf.add(half, tf.scalar(1))) as tf.Scalar;
}

/** Exponential moving average: `beta * average + (1 - beta) * value`. */
export function movingAverage(average: tf.Tensor, value: tf.Tensor, beta: number): tf.Tensor {
  return tf.add(tf.mul(average, tf.scalar(beta)), tf.mul(value, tf.scalar(1 - beta)));
}

/** Gradient of the loss plus an L2 penalty of `weightDecay / 2 * |parameter|^2`. */
export function withL2(gradient: tf.Tensor, parameter: tf.Tensor, weightDecay: number): tf.Tensor {
  return weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(parameter, tf.scalar(weightDecay)));
}
