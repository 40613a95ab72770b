import { ConfigError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { expectShape, rank4 } from './shape-checks.js';

/** Options of {@link correlationPyramid}. */
export interface CorrelationPyramidOptions {
  /** Number of levels, each half as high and wide as the one before, rounded down. Default 4. */
  readonly levels?: number;
}

/**
 * All-pairs correlation of RAFT (Teed and Deng, ECCV 2020, section 3.2): entry (p, q) of level 0 is the product of the
 * features of pixel p of the first picture with those of pixel q of the second one, divided by sqrt(C). Level l
 * averages 2^l x 2^l blocks of q; a last row or column that does not fill a block is dropped.
 *
 * Averaging is linear: the second picture's features are averaged, not the products, which are (H W)^2 numbers.
 *
 * @param fmap1 [B, H, W, C] float32.
 * @param fmap2 [B, H2, W2, C]; height and width at least 2^(levels - 1).
 * @returns For every level [B, H W, H2 / 2^l, W2 / 2^l], finest first.
 * @throws ShapeError if ranks or extents do not fit; ConfigError for a number of levels out of range.
 */
export function correlationPyramid(
  fmap1: tf.Tensor,
  fmap2: tf.Tensor,
  { levels = 4 }: CorrelationPyramidOptions = {},
): tf.Tensor4D[] {
  const first = rank4('correlationPyramid fmap1', fmap1);
  const second = rank4('correlationPyramid fmap2', fmap2);
  const [batch, height, width, channels] = first.shape;
  expectShape('correlationPyramid fmap2', second, [batch, second.shape[1], second.shape[2], channels]);
  const limit = 1 + Math.floor(Math.log2(Math.min(second.shape[1], second.shape[2])));
  if (!Number.isInteger(levels) || levels < 1 || levels > limit) {
    throw new ConfigError('correlationPyramid levels', `expected an integer from 1 to ${limit}, found ${levels}.`);
  }
  const queries = tf.mul(tf.reshape(first, [batch, height * width, channels]), 1 / Math.sqrt(channels));
  const pyramid: tf.Tensor4D[] = [];
  let target = second;
  for (let level = 0; level < levels; level++) {
    if (level > 0) target = tf.avgPool(target, 2, 2, 'valid') as tf.Tensor4D;
    const [, rows, columns] = target.shape;
    const products = tf.matMul(queries, tf.reshape(target, [batch, rows * columns, channels]), false, true);
    pyramid.push(tf.reshape(products, [batch, height * width, rows, columns]));
  }
  return pyramid;
}
