import { ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { gatherRows } from './gather-rows.js';
import { rank4 } from './shape-checks.js';
import { stopGradient } from './stop-gradient.js';
import { withGradient } from './with-gradient.js';

/** What {@link warpBackward} finds outside the picture: the nearest edge, or nothing. */
export type WarpPadding = 'border' | 'zeros';

/** Options of {@link warpBackward}. */
export interface WarpBackwardOptions {
  /** Default `border`. */
  readonly padding?: WarpPadding;
}

/**
 * Bilinear backward warp: out(x, y) is `image` sampled at (x + flow_x, y + flow_y), in pixels.
 *
 * `border` clamps the coordinate into the picture; a clamped coordinate takes no gradient. With `zeros`, taps outside
 * the picture count as 0. Equals PyTorch's `grid_sample(align_corners=True)` up to the rounding of its normalized grid.
 *
 * @param image [B, H, W, C] float32.
 * @param flow [B, H, W, 2] float32: (x, y) displacement in pixels.
 * @returns [B, H, W, C]; gradients go to both arguments.
 * @throws ShapeError if ranks or extents do not fit.
 */
export function warpBackward(image: tf.Tensor, flow: tf.Tensor, options: WarpBackwardOptions = {}): tf.Tensor4D {
  const source = rank4('warpBackward image', image);
  const motion = rank4('warpBackward flow', flow, '[B, H, W, 2]');
  const [batch, height, width] = source.shape;
  if (motion.shape[0] !== batch || motion.shape[1] !== height || motion.shape[2] !== width || motion.shape[3] !== 2) {
    throw new ShapeError('warpBackward flow', `[${batch}, ${height}, ${width}, 2]`, flow.shape);
  }
  return sampleTaps(source, motion, options.padding ?? 'border');
}

function sampleTaps(image: tf.Tensor4D, flow: tf.Tensor4D, padding: WarpPadding): tf.Tensor4D {
  const [batch, height, width, channels] = image.shape;
  const across = axisTaps(flow, 0, width, padding);
  const down = axisTaps(flow, 1, height, padding);
  const rows = tf.reshape(image, [batch * height * width, channels]);
  const start = tf.reshape(tf.range(0, batch * height * width, height * width, 'float32'), [batch, 1, 1, 1]);
  const tap = (y: AxisTap, x: AxisTap): tf.Tensor => {
    // Exact in float32 up to 2^24 pixels, which is 4096 x 4096.
    const index = tf.cast(tf.add(tf.add(start, tf.mul(y.index, width)), x.index), 'int32');
    const values = tf.reshape(gatherRows(rows, tf.reshape(index, [-1])), image.shape);
    return tf.mul(values, tf.mul(y.weight, x.weight));
  };
  const top = tf.add(tap(down.low, across.low), tap(down.low, across.high));
  const bottom = tf.add(tap(down.high, across.low), tap(down.high, across.high));
  return tf.add(top, bottom) as tf.Tensor4D;
}

/** One tap along one axis: clamped integer coordinate (without gradient) and its weight, both [B, H, W, 1]. */
interface AxisTap {
  readonly index: tf.Tensor;
  readonly weight: tf.Tensor;
}

function axisTaps(
  flow: tf.Tensor4D,
  axis: 0 | 1,
  extent: number,
  padding: WarpPadding,
): { low: AxisTap; high: AxisTap } {
  const [batch, height, width] = flow.shape;
  const shape = axis === 0 ? [1, 1, extent, 1] : [1, extent, 1, 1];
  const displacement = tf.slice(flow, [0, 0, 0, axis], [batch, height, width, 1]);
  const moved = tf.add(displacement, tf.reshape(tf.range(0, extent, 1, 'float32'), shape));
  const position = padding === 'border' ? clampCoordinate(moved, extent - 1) : moved;
  const floor = withoutNaN(tf.floor(stopGradient(position)));
  const fraction = tf.sub(position, floor);
  const low = { index: floor, weight: tf.sub(1, fraction) };
  const high = { index: tf.add(floor, 1), weight: fraction };
  return { low: finish(low, extent, padding), high: finish(high, extent, padding) };
}

/** NaN as 0, so that a diverged flow still gives valid indices; the weights stay NaN and so does the result. */
function withoutNaN(x: tf.Tensor): tf.Tensor {
  return tf.where(tf.equal(x, x), x, tf.zerosLike(x));
}

function finish({ index, weight }: AxisTap, extent: number, padding: WarpPadding): AxisTap {
  const clamped = tf.clipByValue(index, 0, extent - 1);
  if (padding === 'border') return { index: clamped, weight };
  const inside = tf.cast(tf.equal(index, clamped), 'float32');
  return { index: clamped, weight: tf.mul(weight, inside) };
}

/** Clamps to 0..limit with zero gradient at and beyond both ends, as `grid_sample` does. */
function clampCoordinate(x: tf.Tensor, limit: number): tf.Tensor {
  return withGradient(x, (input) => ({
    value: tf.clipByValue(input, 0, limit),
    saved: [input],
    gradient: (dy, [kept]) => {
      const inside = tf.logicalAnd(tf.greater(kept!, 0), tf.less(kept!, limit));
      return tf.mul(dy, tf.cast(inside, 'float32'));
    },
  }));
}
