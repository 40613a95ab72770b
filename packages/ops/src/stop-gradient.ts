import * as tf from '@vosvfi/runtime/tf';

/**
 * The same values, as a constant for differentiation (PyTorch's `detach`).
 * The result has no inputs on the gradient tape, so nothing behind it is visited in the backward pass.
 */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  const constant = tf.customGrad(() => ({ value: x.clone(), gradFunc: () => [] }));
  return constant() as T;
}
