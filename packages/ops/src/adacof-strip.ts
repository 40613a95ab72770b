import * as tf from '@vosvfi/runtime/tf';

/** Sizes of one collaboration of flows. */
export interface TapGrid {
  readonly batch: number;
  /** Of the picture that is sampled. */
  readonly imageHeight: number;
  readonly imageWidth: number;
  readonly channels: number;
  /** Of the result and the maps. */
  readonly height: number;
  readonly width: number;
  readonly kernelSize: number;
  readonly dilation: number;
  /** Row and column of the picture's first sample, seen from the first tap of the result's first pixel. */
  readonly margin: number;
}

/** Some rows of the result, counted through the batch. */
export interface Strip {
  readonly start: number;
  readonly rows: number;
}

/** Samples of a strip; a few arrays of this many floats stay in a processor's cache. */
const STRIP_SAMPLES = 180_000;

/** Large results get wider strips instead of more: every strip adds nodes to a compiled graph. */
const MOST_STRIPS = 64;

/** A compiled step keeps what forward and gradient share only up to this many gathered numbers. */
const SHARED_NUMBERS = 2 ** 26;

/**
 * The strips of a grid, of about equal height. Forward and gradient of small grids use the same ones, so that a compiled
 * graph computes indices and gathered samples once; those of large grids differ, so that it need not keep them.
 */
export function stripsOf(grid: TapGrid, pass: 'forward' | 'gradient'): Strip[] {
  const rows = grid.batch * grid.height;
  const perRow = grid.width * grid.kernelSize ** 2;
  const isShared = rows * perRow * 4 * grid.channels <= SHARED_NUMBERS;
  const wanted = Math.min(MOST_STRIPS, Math.ceil((rows * perRow) / STRIP_SAMPLES));
  const strip = Math.ceil(rows / wanted);
  const height = pass === 'gradient' && !isShared && strip > 1 ? strip - 1 : strip;
  return Array.from({ length: Math.ceil(rows / height) }, (_, i) => ({
    start: i * height,
    rows: Math.min(height, rows - i * height),
  }));
}

/** What is gathered for a strip takes at most this many numbers, unless few channels need more. */
const GATHERED_NUMBERS = 2 ** 26;

/** Fewer channels at a time would not save what they cost. */
const LEAST_CHANNELS = 8;

/** Channels that are gathered together; more only where strips are small. Their sum is the grid's channels. */
export function channelGroupsOf(grid: TapGrid): number[] {
  const samples = stripsOf(grid, 'forward')[0]!.rows * grid.width * grid.kernelSize ** 2;
  const most = Math.max(LEAST_CHANNELS, Math.floor(GATHERED_NUMBERS / (samples * 4)));
  const groups = Math.ceil(grid.channels / most);
  const start = (i: number): number => Math.floor((i * grid.channels) / groups);
  return Array.from({ length: groups }, (_, i) => start(i + 1) - start(i));
}

/** Where a strip samples, [rows, W, T] each, taps T from left to right and then down. */
export interface StripSamples {
  /** Rows of the cell table, int32 [rows * W * T]. */
  readonly cells: tf.Tensor1D;
  /** Vertical fraction, with the offset's sign. */
  readonly down: tf.Tensor;
  /** Horizontal fraction. */
  readonly across: tf.Tensor;
}

/** The rows of `map` that belong to a strip, [rows, W, T]. */
export function stripOf(map: tf.Tensor, { start, rows }: Strip): tf.Tensor3D {
  const [batch, height, width, taps] = map.shape as [number, number, number, number];
  const flat = tf.reshape(map, [batch * height, width, taps]) as tf.Tensor3D;
  return tf.slice(flat, [start, 0, 0], [rows, width, taps]);
}

/** Cells and fractions for a strip of the offset maps (from {@link stripOf}). */
export function sampleStrip(grid: TapGrid, strip: Strip, offsetsY: tf.Tensor, offsetsX: tf.Tensor): StripSamples {
  const { imageHeight, imageWidth, width, kernelSize, dilation, margin } = grid;
  const taps = kernelSize ** 2;
  const rowOf = (i: number): number => (strip.start + Math.floor(i / taps)) % grid.height;
  const tapRow = Float32Array.from({ length: strip.rows * taps }, (_, i) => {
    return rowOf(i) + Math.floor((i % taps) / kernelSize) * dilation - margin;
  });
  const tapColumn = Float32Array.from({ length: width * taps }, (_, i) => {
    return Math.floor(i / taps) + (i % kernelSize) * dilation - margin;
  });
  const rows = tf.tensor3d(tapRow, [strip.rows, 1, taps]);
  const columns = tf.tensor3d(tapColumn, [1, width, taps]);
  const down = truncate(offsetsY, rows, imageHeight, grid);
  const across = truncate(offsetsX, columns, imageWidth, grid);
  // Cells start one sample before the picture.
  const flat = tf.add(tf.mul(down.cell, imageWidth + 1), tf.add(across.cell, imageWidth + 2));
  const cells = tf.reshape(tf.cast(flat, 'int32'), [strip.rows, width * taps]) as tf.Tensor2D;
  return {
    cells: tf.reshape(inBatch(grid, strip, cells), [strip.rows * width * taps]),
    down: down.fraction,
    across: across.fraction,
  };
}

/**
 * Whole part of an offset, toward zero, at its tap and kept on the table; and what is left of the offset. Where the
 * place was outside, the table's differences are 0, so that the fraction does not matter.
 */
function truncate(
  offset: tf.Tensor,
  tap: tf.Tensor,
  extent: number,
  { height, width, kernelSize, dilation }: TapGrid,
): { cell: tf.Tensor; fraction: tf.Tensor } {
  // Beyond this everything is outside; conversion to integers needs a bound.
  const reach = extent + Math.max(height, width) + kernelSize * dilation;
  const whole = tf.cast(tf.cast(tf.clipByValue(offset, -reach, reach), 'int32'), 'float32');
  return { cell: tf.clipByValue(tf.add(whole, tap), -1, extent - 1), fraction: tf.sub(offset, whole) };
}

/** Moves cells to the part of the table that belongs to their picture. Integers: floats end at 2^24. */
function inBatch(grid: TapGrid, { start, rows }: Strip, cells: tf.Tensor2D): tf.Tensor {
  if (grid.batch === 1) return cells;
  const perPicture = (grid.imageHeight + 1) * (grid.imageWidth + 1);
  const base = Int32Array.from({ length: rows }, (_, i) => Math.floor((start + i) / grid.height) * perPicture);
  return tf.add(cells, tf.tensor2d(base, [rows, 1], 'int32'));
}
