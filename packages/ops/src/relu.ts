import * as tf from '@vosvfi/runtime/tf';
import { withGradient } from './with-gradient.js';

/**
 * x where x > 0, else 0. tfjs's gradient tells NaN from numbers before it multiplies, which takes a compiled graph
 * twice the time; here it is 0 wherever the result is.
 */
export function relu<T extends tf.Tensor>(x: T): T {
  return withGradient(x, (given) => {
    const value = tf.relu(given);
    return {
      value,
      saved: [value],
      gradient: (dy, [kept]) => tf.mul(dy, tf.cast(tf.greater(kept as tf.Tensor, 0), 'float32')),
    };
  }) as T;
}
