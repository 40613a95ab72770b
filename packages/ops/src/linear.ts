import { ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { expectShape } from './shape-checks.js';

/**
 * Affine map of the last axis, as PyTorch's `linear`.
 *
 * @param x [..., I] float32, at least rank 1.
 * @param weight [O, I], the layout of a PyTorch checkpoint.
 * @param bias [O], or undefined for none.
 * @returns [..., O].
 * @throws ShapeError if the shapes do not fit.
 */
export function linear(x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor | undefined): tf.Tensor {
  if (weight.rank !== 2) throw new ShapeError('linear weight', '[O, I]', weight.shape);
  const [outputs, inputs] = weight.shape as [number, number];
  if (x.rank < 1 || x.shape[x.rank - 1] !== inputs) throw new ShapeError('linear input', `[..., ${inputs}]`, x.shape);
  if (bias !== undefined) expectShape('linear bias', bias, [outputs]);
  const rows = tf.reshape(x, [-1, inputs]);
  const product = tf.matMul(rows, weight as tf.Tensor2D, false, true);
  const biased = bias === undefined ? product : tf.add(product, bias);
  return tf.reshape(biased, [...x.shape.slice(0, -1), outputs]);
}
