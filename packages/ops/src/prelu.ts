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
  return tf.prelu(x, weight) as T;
}
