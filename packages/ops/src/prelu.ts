import { ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';

/**
 * Parametric ReLU as PyTorch's `prelu`: x where x > 0, weight * x elsewhere.
 *
 * @param x [..., C] float32.
 * @param weight [C], or [1] for one slope shared by all channels.
 * @returns The shape of `x`.
 * @throws ShapeError if `weight` is neither [C] nor [1].
 */
export function prelu<T extends tf.Tensor>(x: T, weight: tf.Tensor): T {
  const channels = x.shape[x.rank - 1] ?? 1;
  if (weight.rank !== 1 || (weight.shape[0] !== channels && weight.shape[0] !== 1)) {
    throw new ShapeError('prelu weight', `[${channels}] or [1]`, weight.shape);
  }
  return activate(x, weight) as T;
}

/** tfjs's gradient of the slope selects twice by sign; x below zero times the gradient of the result is the same. */
const activate = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
  const [x, weight, save] = given as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
  save([x, weight]);
  return {
    value: tf.prelu(x, weight),
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [input, slope] = saved as [tf.Tensor, tf.Tensor];
      const bySlope = tf.mul(dy, tf.minimum(input, 0));
      const axes = input.shape.map((_, axis) => axis).slice(0, slope.size === 1 ? input.rank : -1);
      return [tf.where(tf.greater(input, 0), dy, tf.mul(dy, slope)), tf.reshape(tf.sum(bySlope, axes), slope.shape)];
    },
  };
});
