import { ShapeError } from '@vosvfi/core';
import { defineOperator } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { axisTaps } from './axis-taps.js';
import { gridSampleNode, SAMPLED_CHANNELS } from './grid-sample-node.js';
import { sampleByTaps, sampleGradients, type Taps } from './sample-taps.js';
import { rank4 } from './shape-checks.js';

/** What a warp finds outside the picture: the nearest edge, or nothing. */
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
  const sampled = channels <= SAMPLED_CHANNELS && height > 1 && width > 1;
  const warp = tf.customGrad((...given) => {
    const [x, displacement, save] = given as [tf.Tensor4D, tf.Tensor4D, tf.GradSaveFunc];
    save([x, displacement]);
    return {
      value: sampled ? sampleMoved([x, displacement], padding) : sampleByTaps(x, tapsOf(displacement, padding)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        sampleGradients(saved[0] as tf.Tensor4D, tapsOf(saved[1] as tf.Tensor4D, padding), dy),
    };
  });
  return warp(source, motion) as tf.Tensor4D;
}

function tapsOf(flow: tf.Tensor4D, padding: WarpPadding): Taps {
  const [x, y] = tf.split(flow, 2, 3) as [tf.Tensor4D, tf.Tensor4D];
  const along = (displacement: tf.Tensor4D, axis: 1 | 2) => {
    const extent = displacement.shape[axis];
    const shape: [number, number, number, number] = axis === 1 ? [1, extent, 1, 1] : [1, 1, extent, 1];
    const position = tf.add(displacement, tf.reshape(tf.range(0, extent, 1, 'float32'), shape));
    return axisTaps(position, { extent, mode: 'bilinear', padding, isReflectedAtCentres: true });
  };
  return { across: along(x, 2), down: along(y, 1) };
}

/** The warp without gradient: four taps where it runs eagerly, GridSample in a compiled graph. */
const sampleMoved = defineOperator<WarpPadding>({
  name: 'warpBackward',
  outputShape: ([shape]) => [...shape!],
  reference: ([image, flow], padding) => sampleByTaps(image as tf.Tensor4D, tapsOf(flow as tf.Tensor4D, padding)),
  lower: (graph, [image, flow], padding) => {
    const [batch, height, width] = image!.shape as [number, number, number];
    // GridSample wants coordinates scaled so that the first sample's centre is at -1 and the last one's at 1.
    const [perColumn, perRow] = [2 / (width - 1), 2 / (height - 1)];
    const places = new Float32Array(height * width * 2);
    for (let pixel = 0; pixel < height * width; pixel++) {
      places[2 * pixel] = (pixel % width) * perColumn - 1;
      places[2 * pixel + 1] = Math.floor(pixel / width) * perRow - 1;
    }
    const scaled = graph.node('Mul', [flow!.name, graph.float32([perColumn, perRow], [2])]);
    const grid = graph.node('Add', [scaled, graph.float32(places, [1, height, width, 2])]);
    const attributes = { mode: 'bilinear', padding, alignCorners: true } as const;
    return gridSampleNode(graph, image!.name, grid, [batch, height, width], attributes);
  },
});
