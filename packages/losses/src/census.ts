import { ShapeError } from '@vosvfi/core';
import { stopGradient } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';
import { normalizedDifference, patchLoss } from './patch-loss.js';

/** Radius of IFRNet's 7 x 7 patch. */
const defaultRadius = 3;

function grey(x: tf.Tensor): tf.Tensor {
  return tf.mean(x, 3, true);
}

/**
 * Soft census (ternary) loss of IFRNet: structure of 7 x 7 patches of the channel mean, see {@link patchLoss}.
 * The target takes no gradient.
 *
 * @param prediction [B, H, W, C] float32 in 0..1, H and W more than 2 radius.
 * @param target The same shape.
 * @returns A scalar in [0, 1); the mean is over all pixels, border included.
 * @throws ShapeError if the shapes differ or are too small.
 */
export function censusLoss(prediction: tf.Tensor, target: tf.Tensor, radius = defaultRadius): tf.Scalar {
  return patchLoss(grey(prediction), grey(stopGradient(target)), radius);
}

/**
 * The whole soft census transform: d / sqrt(0.81 + d^2) for the difference d of every neighbour (reading order, the
 * sample itself included, zeros outside the picture) to the channel mean.
 *
 * @param x [B, H, W, C] float32.
 * @returns [B, H, W, (2 radius + 1)^2].
 * @throws ShapeError unless `x` has rank 4.
 */
export function censusTransform(x: tf.Tensor, radius = defaultRadius): tf.Tensor4D {
  if (x.rank !== 4) throw new ShapeError('censusTransform x', '[B, H, W, C]', x.shape);
  const size = 2 * radius + 1;
  const count = size * size;
  const filter = tf.reshape(tf.eye(count), [size, size, 1, count]) as tf.Tensor4D;
  const centre = grey(x) as tf.Tensor4D;
  return normalizedDifference(tf.sub(tf.conv2d(centre, filter, 1, 'same'), centre)) as tf.Tensor4D;
}

/** 1 where a patch lies inside the picture, 0 within `radius` of the border: [1, height, width, 1]. */
export function censusValidMask(height: number, width: number, radius = defaultRadius): tf.Tensor4D {
  if (Math.min(height, width) <= 2 * radius) {
    throw new ShapeError('censusValidMask', `height and width of more than ${2 * radius}`, [height, width]);
  }
  const inner = tf.ones<tf.Rank.R4>([1, height - 2 * radius, width - 2 * radius, 1]);
  return tf.pad(inner, [
    [0, 0],
    [radius, radius],
    [radius, radius],
    [0, 0],
  ]);
}
