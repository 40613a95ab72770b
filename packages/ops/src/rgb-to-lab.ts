import { ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';

/** Rows: X, Y, Z of linear sRGB (D65) relative to the white point, so that white is (1, 1, 1). */
const toXyz = [
  [0.412453 / 0.950456, 0.35758 / 0.950456, 0.180423 / 0.950456],
  [0.212671, 0.71516, 0.072169],
  [0.019334 / 1.088754, 0.119193 / 1.088754, 0.950227 / 1.088754],
];

/** Where CIE's cube root gives way to a straight line. */
const darkest = 0.008856;

/** Undoes the transfer function of sRGB (IEC 61966-2-1). */
function linearize(x: tf.Tensor): tf.Tensor {
  const bright = tf.pow(tf.div(tf.add(tf.maximum(x, 0.04045), 0.055), 1.055), 2.4);
  return tf.where(tf.greater(x, 0.04045), bright, tf.div(x, 12.92));
}

/**
 * sRGB to CIE L*a*b* (D65) by OpenCV's formulas for float pictures (`COLOR_RGB2Lab`): L is 0..100, a and b are about
 * -127..127. OpenCV itself looks powers up in tables, and differs by up to 0.03.
 *
 * OpenCV clips its input; here, so that a gradient leads back, the power goes on above 1 and the straight line below 0.
 *
 * @param rgb [..., 3] float32, 0..1.
 * @returns [..., 3]: L, a, b; differentiable.
 * @throws ShapeError unless the last axis is 3.
 */
export function rgbToLab<T extends tf.Tensor>(rgb: T): T {
  if (rgb.shape.at(-1) !== 3) throw new ShapeError('rgbToLab input', '[..., 3]', rgb.shape);
  const flat = tf.reshape(linearize(rgb), [-1, 3]);
  const xyz = tf.matMul(flat, tf.transpose(tf.tensor2d(toXyz)));
  const root = tf.pow(tf.maximum(xyz, darkest), 1 / 3);
  const compressed = tf.where(tf.greater(xyz, darkest), root, tf.add(tf.mul(xyz, 7.787), 16 / 116));
  // L is 116 f(Y) - 16 for all but the darkest, where OpenCV's 903.3 Y is the same line to four digits.
  const lab = tf.add(tf.matMul(compressed, tf.tensor2d(fromCompressed)), tf.tensor1d([-16, 0, 0]));
  return tf.reshape(lab, rgb.shape) as T;
}

/** Columns: L, a, b of f(X), f(Y), f(Z). */
const fromCompressed = [
  [0, 500, 0],
  [116, -500, 200],
  [0, 0, -200],
];
