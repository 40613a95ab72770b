import { ShapeError } from '@vosvfi/core';
import { defineOperator } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { rank4 } from './shape-checks.js';
import { type WarpPadding, warpByTaps, warpGradients } from './warp-taps.js';

/** Options of {@link warpBackward}. */
export interface WarpBackwardOptions {
  /** Default `border`. */
  readonly padding?: WarpPadding;
}

/** With more channels than this, gathering rows of all channels is faster in a compiled graph than GridSample. */
const sampledChannels = 8;

/**
 * Bilinear backward warp: out(x, y) is `image` sampled at (x + flow_x, y + flow_y), in pixels.
 *
 * `border` clamps the coordinate into the picture; a clamped coordinate takes no gradient. With `zeros`, taps outside
 * the picture count as 0. Equals PyTorch's `grid_sample(align_corners=True)` up to the rounding of its normalized grid
 * (in a compiled graph, pictures of up to 8 channels are sampled through that grid too). A flow that is NaN gives NaN.
 *
 * @param image [B, H, W, C] float32.
 * @param flow [B, H, W, 2] float32: (x, y) displacement in pixels.
 * @returns [B, H, W, C]; gradients go to both arguments.
 * @throws ShapeError if ranks or extents do not fit.
 */
export function warpBackward(image: tf.Tensor, flow: tf.Tensor, options: WarpBackwardOptions = {}): tf.Tensor4D {
  const source = rank4('warpBackward image', image);
  const motion = rank4('warpBackward flow', flow, '[B, H, W, 2]');
  const [batch, height, width, channels] = source.shape;
  if (motion.shape[0] !== batch || motion.shape[1] !== height || motion.shape[2] !== width || motion.shape[3] !== 2) {
    throw new ShapeError('warpBackward flow', `[${batch}, ${height}, ${width}, 2]`, flow.shape);
  }
  const padding = options.padding ?? 'border';
  const sampled = channels <= sampledChannels && height > 1 && width > 1;
  const warp = tf.customGrad((...given) => {
    const [x, displacement, save] = given as [tf.Tensor4D, tf.Tensor4D, tf.GradSaveFunc];
    save([x, displacement]);
    return {
      value: sampled ? gridSample([x, displacement], padding) : warpByTaps(x, displacement, padding),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        warpGradients(saved[0] as tf.Tensor4D, saved[1] as tf.Tensor4D, dy, padding),
    };
  });
  return warp(source, motion) as tf.Tensor4D;
}

/** The warp without gradient: four taps where it runs eagerly, GridSample in a compiled graph. */
const gridSample = defineOperator<WarpPadding>({
  name: 'warpBackward',
  outputShape: ([shape]) => [...shape!],
  reference: ([image, flow], padding) => warpByTaps(image as tf.Tensor4D, flow as tf.Tensor4D, padding),
  lower: (graph, [image, flow], padding) => {
    const [batch, height, width] = image!.shape as [number, number, number, number];
    // GridSample wants coordinates scaled so that the first sample's centre is at -1 and the last one's at 1.
    const [perColumn, perRow] = [2 / (width - 1), 2 / (height - 1)];
    const places = new Float32Array(height * width * 2);
    for (let pixel = 0; pixel < height * width; pixel++) {
      places[2 * pixel] = (pixel % width) * perColumn - 1;
      places[2 * pixel + 1] = Math.floor(pixel / width) * perRow - 1;
    }
    const scaled = graph.node('Mul', [flow!.name, graph.float32([perColumn, perRow], [2])]);
    const moved = graph.node('Add', [scaled, graph.float32(places, [1, height, width, 2])]);
    // Nothing changes beyond one sample outside, which is at most 3; but infinity times 0 would below.
    const grid = graph.node('Clip', [moved, graph.float32([-4], []), graph.float32([4], [])]);
    const planes = graph.node('Transpose', [image!.name], { perm: [0, 3, 1, 2] });
    const sampled = graph.node('GridSample', [planes, grid], {
      mode: 'linear',
      padding_mode: padding,
      align_corners: 1,
    });
    // GridSample takes NaN for some place; 0 * NaN puts it back.
    const zeros = graph.node('ReduceSum', [graph.node('Mul', [grid, graph.float32([0], [])]), graph.int64([3])], {
      keepdims: 0,
    });
    const nan = graph.node('Reshape', [zeros, graph.int64([batch, 1, height, width])]);
    return graph.node('Transpose', [graph.node('Add', [sampled, nan])], { perm: [0, 2, 3, 1] });
  },
});
