import { ConfigError, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { gatherRows } from './gather-rows.js';
import { clampedSamples, roiAlignMatrix } from './roi-matrix.js';
import { pairOf, rank4 } from './shape-checks.js';
import { stopGradient } from './stop-gradient.js';

type Size = readonly [height: number, width: number];

/** Options of {@link roiAlign}, with torchvision's meaning and defaults. */
export interface RoiAlignOptions {
  /** Output (height, width). */
  readonly size: Size;
  /** Pixels of `x` in one unit of the boxes. Default 1. */
  readonly spatialScale?: number;
  /** Samples in an output cell along each axis. Default: as many as whole pixels fit in, rounded up. */
  readonly samplingRatio?: number;
  /** True: coordinates are half a pixel less, so that pixel centres are at halves. Default false. */
  readonly aligned?: boolean;
}

/**
 * RoIAlign (He et al., "Mask R-CNN", ICCV 2017) as torchvision's `roi_align`: every region is cut into cells, and a cell
 * is the mean of bilinear samples. Both axes are matrix products, so the gradient is one too.
 *
 * @param x [B, H, W, C] float32.
 * @param boxes [K, 5] float32: sample index (0..B-1), then x1, y1, x2, y2. They take no gradient.
 * @returns [K, height, width, C].
 * @throws ShapeError if ranks or extents do not fit; ConfigError for options out of range.
 */
export function roiAlign(x: tf.Tensor, boxes: tf.Tensor, options: RoiAlignOptions): tf.Tensor4D {
  const { size, spatialScale = 1, samplingRatio, aligned = false } = options;
  const { picture, indices, edges } = checked('roiAlign', x, boxes, size);
  if (!(spatialScale > 0)) {
    throw new ConfigError('roiAlign spatialScale', `expected a positive number, found ${spatialScale}.`);
  }
  if (samplingRatio !== undefined) pairOf('roiAlign samplingRatio', samplingRatio, 1);
  const placed = edges.map((edge) => tf.sub(tf.mul(edge, spatialScale), aligned ? 0.5 : 0));
  const [left, top, right, bottom] = placed as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const sampling = { samplingRatio, aligned };
  const down = roiAlignMatrix(top, bottom, { output: size[0], extent: picture.shape[1] }, sampling);
  const across = roiAlignMatrix(left, right, { output: size[1], extent: picture.shape[2] }, sampling);
  return separably(picture, indices, down, across);
}

/**
 * Regions resized to one size: pixel (i, j) of a region of height h' is the bilinear sample at y = y1 + (i + 0.5) (y2 -
 * y1) / h' - 0.5, x likewise, clamped to the picture. It equals {@link roiAlign} with one aligned sample a cell where the
 * region lies inside. There is no antialiasing.
 *
 * @param x [B, H, W, C] float32.
 * @param boxes [K, 5] float32: sample index (0..B-1), then x1, y1, x2, y2 in pixels, where 0 is the first pixel's outer
 *   edge. They take no gradient.
 * @param size Output (height, width).
 * @returns [K, height, width, C].
 * @throws ShapeError if ranks or extents do not fit; ConfigError for a size out of range.
 */
export function roiResize(x: tf.Tensor, boxes: tf.Tensor, size: Size): tf.Tensor4D {
  const { picture, indices, edges } = checked('roiResize', x, boxes, size);
  const [left, top, right, bottom] = edges as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const matrix = (start: tf.Tensor, end: tf.Tensor, output: number, extent: number): tf.Tensor3D => {
    const centres = tf.reshape(tf.add(tf.range(0, output, 1, 'float32'), 0.5), [1, output]);
    const step = tf.expandDims(tf.div(tf.sub(end, start), output), 1);
    const position = tf.sub(tf.add(tf.expandDims(start, 1), tf.mul(step, centres)), 0.5);
    return clampedSamples(position, { output, extent });
  };
  const down = matrix(top, bottom, size[0], picture.shape[1]);
  const across = matrix(left, right, size[1], picture.shape[2]);
  return separably(picture, indices, down, across);
}

interface Regions {
  readonly picture: tf.Tensor4D;
  /** Sample of every region, int32 [K]. */
  readonly indices: tf.Tensor;
  /** x1, y1, x2, y2, [K] each. */
  readonly edges: tf.Tensor[];
}

function checked(subject: string, x: tf.Tensor, boxes: tf.Tensor, size: Size): Regions {
  pairOf(`${subject} size`, size, 1);
  const picture = rank4(`${subject} input`, x);
  if (boxes.rank !== 2 || boxes.shape[1] !== 5 || boxes.shape[0] === 0) {
    throw new ShapeError(`${subject} boxes`, '[K, 5] with K from 1 on', boxes.shape);
  }
  const [index, ...edges] = tf.unstack(stopGradient(boxes), 1) as [tf.Tensor, ...tf.Tensor[]];
  return { picture, indices: tf.cast(index, 'int32'), edges };
}

/** `down` [K, height, H] times the picture of each region times `across` [K, width, W], transposed. */
function separably(picture: tf.Tensor4D, indices: tf.Tensor, down: tf.Tensor3D, across: tf.Tensor3D): tf.Tensor4D {
  const [batch, height, width, channels] = picture.shape;
  const [count, outHeight] = down.shape;
  const outWidth = across.shape[1];
  const rows =
    batch === 1
      ? tf.matMul(tf.reshape(down, [count * outHeight, height]), tf.reshape(picture, [height, width * channels]))
      : tf.matMul(
          down,
          tf.reshape(gatherRows(tf.reshape(picture, [batch, height * width * channels]), indices), [
            count,
            height,
            width * channels,
          ]),
        );
  const columns = tf.transpose(tf.reshape(rows, [count, outHeight, width, channels]), [0, 2, 1, 3]);
  const regions = tf.matMul(across, tf.reshape(columns, [count, width, outHeight * channels]));
  const parts = tf.reshape(regions, [count, outWidth, outHeight, channels]);
  return tf.transpose(parts, [0, 2, 1, 3]) as tf.Tensor4D;
}
