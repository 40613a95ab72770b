import { ShapeError } from '@vosvfi/core';
import { defineOperator } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { axisTaps, type SampleMode, type SamplePadding } from './axis-taps.js';
import { type GridSampleAttributes, gridSampleNode, SAMPLED_CHANNELS } from './grid-sample-node.js';
import { sampleByTaps, sampleGradients, type Taps } from './sample-taps.js';
import { rank4 } from './shape-checks.js';

/** Options of {@link gridSample}, with PyTorch's meaning and defaults. */
export interface GridSampleOptions {
  /** Default `bilinear`. */
  readonly mode?: SampleMode;
  /** Default `zeros`. */
  readonly padding?: SamplePadding;
  /** True: -1 and 1 are the centres of the outermost samples; false (default): their outer edges. */
  readonly alignCorners?: boolean;
}

/**
 * PyTorch's `grid_sample` on NHWC tensors: out(i, j) is `image` sampled at the place `grid(i, j)`, where -1 .. 1 spans the
 * picture.
 *
 * A coordinate that padding clamps takes no gradient, and `nearest` none at all; a coordinate that is NaN gives NaN. For
 * displacements in pixels use `warpBackward`.
 *
 * @param image [B, H, W, C] float32.
 * @param grid [B, h, w, 2] float32: (x, y).
 * @returns [B, h, w, C]; gradients go to both arguments.
 * @throws ShapeError if ranks or extents do not fit.
 */
export function gridSample(image: tf.Tensor, grid: tf.Tensor, options: GridSampleOptions = {}): tf.Tensor4D {
  const source = rank4('gridSample image', image);
  const places = rank4('gridSample grid', grid, '[B, h, w, 2]');
  if (places.shape[0] !== source.shape[0] || places.shape[3] !== 2) {
    throw new ShapeError('gridSample grid', `[${source.shape[0]}, h, w, 2]`, places.shape);
  }
  const { mode = 'bilinear', padding = 'zeros', alignCorners = false } = options;
  const attributes = { mode, padding, alignCorners };
  const isSampled = source.shape[3] <= SAMPLED_CHANNELS;
  const sample = tf.customGrad((...given) => {
    const [x, at, save] = given as [tf.Tensor4D, tf.Tensor4D, tf.GradSaveFunc];
    save([x, at]);
    return {
      value: isSampled ? sampleGrid([x, at], attributes) : sampleByTaps(x, tapsOf(x, at, attributes)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [keptImage, keptGrid] = saved as [tf.Tensor4D, tf.Tensor4D];
        const [dImage, dPlace] = sampleGradients(keptImage, tapsOf(keptImage, keptGrid, attributes), dy);
        return [dImage, tf.mul(dPlace, tf.tensor1d(samplesPerUnit(keptImage, alignCorners)))];
      },
    };
  });
  return sample(source, places) as tf.Tensor4D;
}

/** How many samples a coordinate's change by 1 moves the place, (x, y). */
function samplesPerUnit({ shape: [, height, width] }: tf.Tensor4D, alignCorners: boolean): [number, number] {
  return alignCorners ? [(width - 1) / 2, (height - 1) / 2] : [width / 2, height / 2];
}

function tapsOf(image: tf.Tensor4D, grid: tf.Tensor4D, { mode, padding, alignCorners }: GridSampleAttributes): Taps {
  const coordinates = tf.split(grid, 2, 3);
  const [across, down] = samplesPerUnit(image, alignCorners).map((scale, i) => {
    const extent = image.shape[2 - i]!;
    const position = tf.add(tf.mul(coordinates[i]!, scale), (extent - 1) / 2);
    return axisTaps(position, { extent, mode, padding, isReflectedAtCentres: alignCorners });
  });
  return { across: across!, down: down! };
}

/** The sampling without gradient: taps where it runs eagerly, GridSample in a compiled graph. */
const sampleGrid = defineOperator<GridSampleAttributes>({
  name: 'gridSample',
  outputShape: ([image, grid]) => [grid![0]!, grid![1]!, grid![2]!, image![3]!],
  reference: ([image, grid], attributes) =>
    sampleByTaps(image as tf.Tensor4D, tapsOf(image as tf.Tensor4D, grid as tf.Tensor4D, attributes)),
  lower: (graph, [image, grid], attributes) => {
    const [batch, height, width] = grid!.shape as [number, number, number];
    return gridSampleNode(graph, image!.name, grid!.name, [batch, height, width], attributes);
  },
});
