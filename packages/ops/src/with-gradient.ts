import * as tf from '@vosvfi/runtime/tf';

/** A value and how to differentiate it, see {@link withGradient}. */
export interface Differentiable {
  readonly value: tf.Tensor;
  /** Tensors that `gradient` needs: they are kept for the backward pass, which captured ones are not. */
  readonly saved: readonly tf.Tensor[];
  /** The gradient of the input, of its shape, for the gradient `dy` of `value`. */
  readonly gradient: (dy: tf.Tensor, saved: readonly tf.Tensor[]) => tf.Tensor;
}

/**
 * A function of one tensor with a gradient of its own. Nothing that `compute` does is recorded for differentiation,
 * and tensors that it captures are constants to it.
 */
export function withGradient(x: tf.Tensor, compute: (x: tf.Tensor) => Differentiable): tf.Tensor {
  const custom = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [input, save] = given as [tf.Tensor, tf.GradSaveFunc];
    const { value, saved, gradient } = compute(input);
    save([...saved]);
    return { value, gradFunc: (dy: tf.Tensor, kept: tf.Tensor[]) => gradient(dy, kept) };
  });
  return custom(x);
}
