import * as tf from '@vosvfi/runtime/tf';

/** Sizes of one deformable convolution. Pairs are (vertical, horizontal). */
export interface DeformGrid {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly groups: number;
  readonly offsetGroups: number;
}

/** Some rows of one picture's result. */
export interface DeformStrip {
  readonly picture: number;
  readonly start: number;
  readonly rows: number;
}

/** Numbers that a strip may gather at once, 32 MiB. */
const STRIP_NUMBERS = 2 ** 23;

/** Every strip adds nodes to a compiled graph. */
const MOST_STRIPS = 64;

/** The strips of a grid, picture by picture. */
export function deformStrips({ batch, channels, outHeight, outWidth, kernel }: DeformGrid): DeformStrip[] {
  const perRow = outWidth * kernel[0] * kernel[1] * 4 * channels;
  const wanted = Math.min(
    Math.max(1, Math.floor(MOST_STRIPS / batch)),
    Math.ceil((outHeight * perRow) / STRIP_NUMBERS),
  );
  const height = Math.ceil(outHeight / wanted);
  return Array.from({ length: batch }, (_, picture) =>
    Array.from({ length: Math.ceil(outHeight / height) }, (__, i) => {
      const start = i * height;
      return { picture, start, rows: Math.min(height, outHeight - start) };
    }),
  ).flat();
}

/** Rows of a [B, h, w, N] map that belong to a strip, as [pixels, N]. */
export function deformStripOf(map: tf.Tensor, { picture, start, rows }: DeformStrip): tf.Tensor2D {
  const [, , width, depth] = map.shape as [number, number, number, number];
  return tf.reshape(tf.slice(map, [picture, start, 0, 0], [1, rows, width, depth]), [rows * width, depth]);
}

/** Where a strip samples; N counts offset group, pixel and tap, in this order. */
export interface DeformSamples {
  /** Rows of the cell table of all pictures and offset groups, int32 [N]. */
  readonly cells: tf.Tensor1D;
  /** Place within the cell, 0..1, [N]. */
  readonly down: tf.Tensor1D;
  readonly across: tf.Tensor1D;
  /** 1 where the sample follows its offset, 0 where it lies a whole sample or more outside, [N]. */
  readonly isFree: tf.Tensor1D;
}

/** Samples of a strip. `offset` is the strip's part, [pixels, 2 * offsetGroups * taps]. */
export function sampleDeformStrip(grid: DeformGrid, strip: DeformStrip, offset: tf.Tensor2D): DeformSamples {
  const { height, width, offsetGroups } = grid;
  const taps = grid.kernel[0] * grid.kernel[1];
  const pixels = strip.rows * grid.outWidth;
  const parts = tf.reshape(offset, [pixels, offsetGroups, taps, 2]);
  const [y, x] = tf.unstack(tf.transpose(parts, [3, 1, 0, 2])) as [tf.Tensor3D, tf.Tensor3D];
  const down = placeOnTable(tf.add(y, tapPlaces(grid, strip, 0)), height);
  const across = placeOnTable(tf.add(x, tapPlaces(grid, strip, 1)), width);
  // Cells start one sample before the picture.
  const flat = tf.add(tf.mul(down.cell, width + 1), tf.add(across.cell, width + 2));
  const perPicture = (height + 1) * (width + 1);
  const base = Int32Array.from({ length: offsetGroups }, (_, g) => (strip.picture * offsetGroups + g) * perPicture);
  const cells = tf.add(tf.cast(flat, 'int32'), tf.tensor3d(base, [offsetGroups, 1, 1], 'int32'));
  const isFree = tf.cast(tf.logicalAnd(down.isFree, across.isFree), 'float32');
  const count = offsetGroups * pixels * taps;
  return {
    cells: tf.reshape(cells, [count]),
    down: tf.reshape(down.fraction, [count]),
    across: tf.reshape(across.fraction, [count]),
    isFree: tf.reshape(isFree, [count]),
  };
}

/** Where the undisplaced taps of a strip lie along one axis, [1, pixels, taps]. */
function tapPlaces(grid: DeformGrid, strip: DeformStrip, axis: 0 | 1): tf.Tensor3D {
  const taps = grid.kernel[0] * grid.kernel[1];
  const pixels = strip.rows * grid.outWidth;
  const places = Float32Array.from({ length: pixels * taps }, (_, i) => {
    const [pixel, tap] = [Math.floor(i / taps), i % taps];
    const at = axis === 0 ? strip.start + Math.floor(pixel / grid.outWidth) : pixel % grid.outWidth;
    const step = axis === 0 ? Math.floor(tap / grid.kernel[1]) : tap % grid.kernel[1];
    return at * grid.stride[axis] - grid.padding[axis] + step * grid.dilation[axis];
  });
  return tf.tensor3d(places, [1, pixels, taps]);
}

/** Cell and fraction of a coordinate; what lies a sample or more outside goes to the zeros around the picture. */
function placeOnTable(
  position: tf.Tensor,
  extent: number,
): { cell: tf.Tensor; fraction: tf.Tensor; isFree: tf.Tensor } {
  const near = tf.clipByValue(position, -1, extent);
  const floor = tf.minimum(tf.floor(near), extent - 1);
  // NaN as 0: a diverged offset still needs a valid index; its fraction stays NaN and so does the result.
  const cell = tf.where(tf.equal(floor, floor), floor, tf.zerosLike(floor));
  return {
    cell,
    fraction: tf.sub(near, cell),
    isFree: tf.logicalAnd(tf.greater(position, -1), tf.less(position, extent)),
  };
}
