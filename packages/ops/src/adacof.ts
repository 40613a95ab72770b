import { ConfigError, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { channelGroupsOf, type TapGrid } from './adacof-strip.js';
import { sumTaps, sumTapsGradients, type TapMaps } from './adacof-sum.js';
import { cellTable } from './cell-table.js';
import { expectShape, rank4 } from './shape-checks.js';

/** Maps of {@link adacof}, [B, H, W, F * F] each, taps from left to right and then down. */
export interface AdacofMaps {
  /** Weight of each tap; the networks' add up to 1 over the taps, which the operator does not need. */
  readonly weights: tf.Tensor;
  /** Vertical displacement of each tap in pixels, down is positive (alpha in the paper). */
  readonly offsetsY: tf.Tensor;
  /** Horizontal displacement of each tap in pixels (beta in the paper). */
  readonly offsetsX: tf.Tensor;
}

/** Options of {@link adacof}. */
export interface AdacofOptions {
  /** Distance between neighbouring taps in pixels. Default 1. */
  readonly dilation?: number;
  /**
   * `replicate` (default): image and maps have one size, and the image goes on with copies of its edge. `none`: the image
   * already carries (F - 1) * dilation more rows and columns than the maps, half of them before.
   */
  readonly padding?: 'replicate' | 'none';
  /**
   * `exact` (default): the derivative. `official`: what the official CUDA code gives back, which has no gradient for the
   * image and sums over the first three channels only; its training runs differ from exact ones in that, for images that
   * depend on parameters or have more channels.
   */
  readonly gradient?: 'exact' | 'official';
}

/** Channels over which the official backward kernels loop. */
const OFFICIAL_CHANNELS = 3;

/**
 * Adaptive collaboration of flows: every output pixel is a weighted sum of F x F samples of the image, each displaced on
 * its own.
 *
 * Tap (k, l) of pixel (i, j) samples at row i + k * dilation - p + offsetsY and column j + l * dilation - p + offsetsX,
 * with p = floor((F - 1) * dilation / 2). Offsets are split into a whole part, rounded toward zero, and the rest, which
 * has the offset's sign: a sample at -0.3 is 1.3 times the pixel less 0.3 times its successor, not a mean of the pixel and
 * its predecessor. Trained weights count on that. Rows and columns outside are those of the nearest edge. The derivative by an
 * offset is that of its fraction. An offset that is NaN or infinite gives NaN.
 *
 * Works in strips, and in groups of channels where those are large: without gradients about 1.7 GiB are in use at 1080 x 1920 and F = 5. A compiled graph with gradients keeps
 * up to about 200 bytes a sample.
 *
 * @param image [B, H, W, C] float32.
 * @param maps [B, H, W, F * F] float32 each.
 * @returns [B, H, W, C]; gradients go to the image and all maps.
 * @throws ShapeError if ranks or extents do not fit; ConfigError if `dilation` is not a positive integer.
 *
 * Source: AdaCoF (Lee et al., CVPR 2020), eq. 4 and `cupy_module/adacof.py` of its official code.
 */
export function adacof(image: tf.Tensor, maps: AdacofMaps, options: AdacofOptions = {}): tf.Tensor4D {
  const { gradient = 'exact' } = options;
  const picture = rank4('adacof image', image);
  const grid = gridOf(picture, maps, options);
  const choice = {
    mapChannels: gradient === 'official' ? OFFICIAL_CHANNELS : grid.channels,
    isTableDifferentiated: gradient === 'exact',
  };
  const collect = tf.customGrad((...given) => {
    const save = given.pop() as tf.GradSaveFunc;
    const operands = given as tf.Tensor[];
    save(operands);
    return {
      value: sumTaps(grid, ...operandsOf(operands)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => sumTapsGradients(grid, ...operandsOf(saved), dy, choice),
    };
  });
  const groups = channelGroupsOf(grid);
  const parts: tf.Tensor4D[] = groups.length === 1 ? [picture] : tf.split(picture, groups, 3);
  const tables = parts.map((part) => cellTable(part, 'replicate'));
  return collect(...tables, maps.weights, maps.offsetsY, maps.offsetsX) as tf.Tensor4D;
}

/** Tables and maps of the operands that are differentiated: cell tables, then weights, offsets down, offsets across. */
function operandsOf(operands: readonly tf.Tensor[]): [tables: tf.Tensor2D[], maps: TapMaps] {
  const [weights, offsetsY, offsetsX] = operands.slice(-3) as [tf.Tensor, tf.Tensor, tf.Tensor];
  return [operands.slice(0, -3) as tf.Tensor2D[], { weights, offsetsY, offsetsX }];
}

function gridOf(image: tf.Tensor4D, maps: AdacofMaps, options: AdacofOptions): TapGrid {
  const { dilation = 1, padding = 'replicate' } = options;
  if (!Number.isInteger(dilation) || dilation < 1) {
    throw new ConfigError('adacof dilation', `expected a positive integer, found ${dilation}.`);
  }
  const weights = rank4('adacof weights', maps.weights, '[B, H, W, F * F]');
  const [batch, height, width, taps] = weights.shape;
  const kernelSize = Math.round(Math.sqrt(taps));
  if (kernelSize ** 2 !== taps) throw new ShapeError('adacof weights', '[B, H, W, F * F]', weights.shape);
  expectShape('adacof offsetsY', maps.offsetsY, weights.shape);
  expectShape('adacof offsetsX', maps.offsetsX, weights.shape);
  const reach = (kernelSize - 1) * dilation;
  const added = padding === 'none' ? reach : 0;
  const [, imageHeight, imageWidth, channels] = image.shape;
  expectShape('adacof image', image, [batch, height + added, width + added, channels]);
  const margin = padding === 'none' ? 0 : Math.floor(reach / 2);
  return { batch, imageHeight, imageWidth, channels, height, width, kernelSize, dilation, margin };
}
