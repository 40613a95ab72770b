import * as tf from '@vosvfi/runtime/tf';
import { withGradient } from './with-gradient.js';

/** Averages over the elements that share statistics; the result broadcasts to its input. */
export type Average = (x: tf.Tensor) => tf.Tensor;

/**
 * (x - mean) / sqrt(variance + epsilon) with the biased variance; `average` says what belongs together.
 * One gradient for all three steps: differentiated one by one they would keep and add five tensors of the input's size.
 */
export function standardize(x: tf.Tensor, average: Average, epsilon: number): tf.Tensor {
  return withGradient(x, (input) => {
    const centred = tf.sub(input, average(input));
    const scale = tf.rsqrt(tf.add(average(tf.square(centred)), epsilon));
    const value = tf.mul(centred, scale);
    return {
      value,
      saved: [value, scale],
      gradient: (dy, saved) => {
        const [y, gain] = saved as [tf.Tensor, tf.Tensor];
        const sideways = tf.mul(y, average(tf.mul(dy, y)));
        return tf.mul(tf.sub(tf.sub(dy, average(dy)), sideways), gain);
      },
    };
  });
}
