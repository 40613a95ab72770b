import { ConfigError, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { lookupLevel } from './lookup-level.js';
import { expectShape, rank4 } from './shape-checks.js';

/** Options of {@link lookupCorrelation}. */
export interface LookupOptions {
  /** Samples reach this far around the centre, in pixels of each level. */
  readonly radius: number;
}

/**
 * RAFT's lookup (Teed and Deng, ECCV 2020, section 3.2): for every pixel p of the first picture, bilinear samples of its
 * correlations with the second one around `coords(p)`, from every level.
 *
 * Channel `level (2 r + 1)^2 + i (2 r + 1) + j` is the sample at (x / 2^level + i - r, y / 2^level + j - r): i moves x.
 * Outside the picture correlations count as 0. Coordinates are pixels throughout, while the official code normalizes
 * them to -1..1, which fails for a level of one row or column.
 *
 * @param pyramid What {@link correlationPyramid} gives: for every level [B, H W, rows, columns].
 * @param coords [B, H, W, 2] float32: (x, y) in pixels of level 0. What is not finite gives NaN.
 * @returns [B, H, W, levels (2 r + 1)^2]; gradients go to the pyramid and to `coords` (at whole coordinates, the slope
 *   towards larger ones).
 * @throws ShapeError if ranks or extents do not fit; ConfigError for a radius out of range.
 */
export function lookupCorrelation(
  pyramid: readonly tf.Tensor[],
  coords: tf.Tensor,
  { radius }: LookupOptions,
): tf.Tensor4D {
  if (!Number.isInteger(radius) || radius < 0) {
    throw new ConfigError('lookupCorrelation radius', `expected an integer from 0 on, found ${radius}.`);
  }
  if (pyramid.length === 0) throw new ShapeError('lookupCorrelation pyramid', 'at least one level', []);
  const [batch, height, width] = rank4('lookupCorrelation coords', coords, '[B, H, W, 2]').shape;
  expectShape('lookupCorrelation coords', coords, [batch, height, width, 2]);
  const count = batch * height * width;
  const centres = tf.reshape(coords, [count, 2]) as tf.Tensor2D;
  const perLevel = (2 * radius + 1) ** 2;
  const looked = pyramid.map((given, index) => {
    const name = `lookupCorrelation level ${index}`;
    const level = rank4(name, given, '[B, H W, rows, columns]');
    const [, , rows, columns] = level.shape;
    expectShape(name, level, [batch, height * width, rows, columns]);
    const flat = tf.reshape(level, [count, rows, columns]) as tf.Tensor3D;
    return tf.reshape(lookupLevel(flat, centres, { radius, step: 2 ** index }), [perLevel, count]);
  });
  const channels = tf.reshape(tf.concat(looked, 0), [pyramid.length * perLevel, batch, height, width]);
  return tf.transpose(channels, [1, 2, 3, 0]) as tf.Tensor4D;
}
