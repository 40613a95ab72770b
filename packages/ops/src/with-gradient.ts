import * as tf from '@vosvfi/runtime/tf';

/**
 * `value(x)` with a gradient of its own. `saved` lists the tensors that `gradient` needs: they are kept for the backward
 * pass, which captured ones are not.
 */
export function withGradient(
  x: tf.Tensor,
  value: (x: tf.Tensor) => tf.Tensor,
  saved: readonly tf.Tensor[],
  gradient: (dy: tf.Tensor, saved: readonly tf.Tensor[]) => tf.Tensor,
): tf.Tensor {
  const custom = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [input, save] = given as [tf.Tensor, tf.GradSaveFunc];
    save([...saved]);
    return { value: value(input), gradFunc: (dy: tf.Tensor, kept: tf.Tensor[]) => gradient(dy, kept) };
  });
  return custom(x);
}
