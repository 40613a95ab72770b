import { ConfigError, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { rank4 } from './shape-checks.js';

/**
 * Channels become pixels, as PyTorch's `pixel_shuffle`: channel c r^2 + i r + j of a pixel goes to channel c of row i,
 * column j of the r x r pixels that replace it.
 *
 * @param x [B, H, W, C r^2].
 * @param factor r.
 * @returns [B, H r, W r, C].
 * @throws ShapeError unless the channels are a multiple of r^2; ConfigError unless r is a positive integer.
 */
export function pixelShuffle(x: tf.Tensor, factor: number): tf.Tensor4D {
  const [batch, height, width, channels] = rank4('pixelShuffle input', x).shape;
  checkFactor('pixelShuffle', factor);
  const out = channels / factor ** 2;
  if (!Number.isInteger(out)) {
    throw new ShapeError('pixelShuffle input', `[B, H, W, C * ${factor ** 2}]`, x.shape);
  }
  const parts = tf.reshape(x, [batch * height, width, out, factor, factor]);
  return tf.reshape(tf.transpose(parts, [0, 3, 1, 4, 2]), [batch, height * factor, width * factor, out]);
}

/**
 * Pixels become channels: the inverse of {@link pixelShuffle}, PyTorch's `pixel_unshuffle`.
 *
 * @param x [B, H r, W r, C].
 * @param factor r.
 * @returns [B, H, W, C r^2].
 * @throws ShapeError unless height and width are multiples of r; ConfigError unless r is a positive integer.
 */
export function pixelUnshuffle(x: tf.Tensor, factor: number): tf.Tensor4D {
  const [batch, height, width, channels] = rank4('pixelUnshuffle input', x).shape;
  checkFactor('pixelUnshuffle', factor);
  const [outHeight, outWidth] = [height / factor, width / factor];
  if (!Number.isInteger(outHeight) || !Number.isInteger(outWidth)) {
    throw new ShapeError('pixelUnshuffle input', `[B, H * ${factor}, W * ${factor}, C]`, x.shape);
  }
  const parts = tf.reshape(x, [batch * outHeight, factor, outWidth, factor, channels]);
  return tf.reshape(tf.transpose(parts, [0, 2, 4, 1, 3]), [batch, outHeight, outWidth, channels * factor ** 2]);
}

function checkFactor(subject: string, factor: number): void {
  if (Number.isInteger(factor) && factor >= 1) return;
  throw new ConfigError(`${subject} factor`, `expected a positive integer, found ${factor}.`);
}
