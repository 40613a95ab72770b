import { ConfigError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { expectShape, rank4 } from './shape-checks.js';
import { stopGradient } from './stop-gradient.js';

/** Displacements of the 3 x 3 neighbours, row by row, in a picture padded by one. */
const neighbours = [0, 1, 2].flatMap((down) => [0, 1, 2].map((right) => [down, right] as const));

/**
 * Convex upsampling of a flow (RAFT, Teed and Deng, ECCV 2020, section 3.3): every fine pixel is a mean of the 3 x 3
 * coarse pixels around, with weights softmax(mask), times `factor`, since displacements are in pixels of their own
 * picture. Neighbours outside count as zero flow.
 *
 * @param flow [B, H, W, C] float32.
 * @param mask [B, H, W, 9 factor^2]: channel `k factor^2 + i factor + j` is for neighbour k = 3 row + column and the fine
 *   pixel at row i, column j.
 * @param factor Fine pixels in a coarse one, along each axis.
 * @returns [B, H factor, W factor, C].
 * @throws ShapeError if ranks or extents do not fit; ConfigError unless `factor` is a positive integer.
 */
export function convexUpsample(flow: tf.Tensor, mask: tf.Tensor, factor: number): tf.Tensor4D {
  if (!Number.isInteger(factor) || factor < 1) {
    throw new ConfigError('convexUpsample factor', `expected a positive integer, found ${factor}.`);
  }
  const [batch, height, width, channels] = rank4('convexUpsample flow', flow).shape;
  expectShape('convexUpsample mask', mask, [batch, height, width, 9 * factor ** 2]);
  const pixels = height * width;
  // Pixels last, along which the processor's vectors run.
  const scores = tf.reshape(tf.transpose(mask, [0, 3, 1, 2]), [batch, 9, 1, factor ** 2, pixels]);
  const shares = tf.exp(tf.sub(scores, stopGradient(tf.max(scores, 1, true))));
  const sums = tf.sum(tf.mul(shares, neighboursOf(flow)), 1);
  const fine = tf.mul(tf.div(sums, tf.sum(shares, 1)), factor);
  const parts = tf.reshape(fine, [batch * channels, factor, factor, height, width]);
  const planes = tf.reshape(tf.transpose(parts, [0, 3, 1, 4, 2]), [batch, channels, height * factor, width * factor]);
  return tf.transpose(planes, [0, 2, 3, 1]) as tf.Tensor4D;
}

/** The 3 x 3 neighbours of every pixel, [B, 9, C, 1, H W]. */
function neighboursOf(flow: tf.Tensor): tf.Tensor {
  const [batch, height, width, channels] = flow.shape as [number, number, number, number];
  const planes = tf.pad(tf.transpose(flow, [0, 3, 1, 2]), [
    [0, 0],
    [0, 0],
    [1, 1],
    [1, 1],
  ]);
  const moved = neighbours.map(([down, right]) =>
    tf.reshape(tf.slice(planes, [0, 0, down, right], [batch, channels, height, width]), [
      batch,
      1,
      channels,
      1,
      height * width,
    ]),
  );
  return tf.concat(moved, 1);
}
