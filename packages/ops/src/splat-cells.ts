import * as tf from '@vosvfi/runtime/tf';

/**
 * Where the pixels of a picture land. A *cell* is the square between four pixel centres; those that touch the picture
 * form a grid of (H + 1) x (W + 1). One more row of cells below takes the pixels that land nowhere.
 */
export interface Landing {
  /** Cell of every pixel among those of the whole batch, int32 [B H W]. */
  readonly cell: tf.Tensor1D;
  /** Place within the cell, 0 <= x, y < 1, [B, 1, H W]; 0 for pixels that land nowhere. */
  readonly x: tf.Tensor;
  readonly y: tf.Tensor;
}

/**
 * Landing of pixels displaced by `flow` [B, H, W, 2]. Cells are counted in float32, which is exact up to 2^24 of them,
 * 4095 x 4095.
 *
 * Axes of extent 1 at the end are avoided: ONNX Runtime takes 40 times as long to combine such a tensor with a number.
 */
export function landingOf(flow: tf.Tensor4D): Landing {
  const [batch, height, width] = flow.shape;
  const [dx, dy] = tf.split(flow, 2, 3).map((part) => tf.reshape(part, [batch, height, width])) as [
    tf.Tensor,
    tf.Tensor,
  ];
  const x = tf.add(dx, tf.range(0, width, 1, 'float32'));
  const y = tf.add(dy, tf.reshape(tf.range(0, height, 1, 'float32'), [height, 1]));
  const [left, top] = [tf.floor(x), tf.floor(y)];
  // False for what is not finite.
  const touches = tf.logicalAnd(
    tf.logicalAnd(tf.greaterEqual(left, -1), tf.less(left, width)),
    tf.logicalAnd(tf.greaterEqual(top, -1), tf.less(top, height)),
  );
  const perSample = (height + 2) * (width + 1);
  const starts = tf.reshape(tf.range(0, batch * perSample, perSample, 'float32'), [batch, 1, 1]);
  const inside = tf.add(tf.add(tf.mul(tf.add(top, 1), width + 1), left), 1);
  const cell = tf.add(tf.where(touches, inside, tf.scalar((height + 1) * (width + 1))), starts);
  const pixels = height * width;
  const within = (position: tf.Tensor, floor: tf.Tensor): tf.Tensor =>
    tf.reshape(tf.where(touches, tf.sub(position, floor), tf.scalar(0)), [batch, 1, pixels]);
  return { cell: tf.reshape(tf.cast(cell, 'int32'), [batch * pixels]), x: within(x, left), y: within(y, top) };
}

/** Something for each of a cell's corners: upper left, upper right, lower left, lower right. */
export type Corners = readonly [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];

/** Shares of a cell's corners, each [B, 1, H W]. */
export function sharesOf({ x, y }: Landing): Corners {
  const [restX, restY] = [tf.sub(1, x), tf.sub(1, y)];
  return [tf.mul(restX, restY), tf.mul(x, restY), tf.mul(restX, y), tf.mul(x, y)];
}

/** Adds what every pixel gives to its cell's corners, each [B, C, H W], into planes [B, C, H, W]. */
export function sumCells(parts: Corners, { cell }: Landing, shape: PlanesShape): tf.Tensor4D {
  const [batch, channels, height, width] = shape;
  const cells = (height + 2) * (width + 1);
  const sums = tf.scatterND(tf.expandDims(cell, 1), rowsOf(tf.concat([...parts], 1)), [batch * cells, 4 * channels]);
  // In this form the transpose can go where the compiler wants it.
  const planes = tf.transpose(tf.reshape(sums, [batch, height + 2, width + 1, 4 * channels]), [0, 3, 1, 2]);
  // The pixel is the upper left corner of the cell behind it, and so on.
  const corner = (down: number, right: number, index: number): tf.Tensor =>
    tf.slice(planes, [0, index * channels, down, right], [batch, channels, height, width]);
  return tf.add(tf.add(corner(1, 1, 0), corner(1, 0, 1)), tf.add(corner(0, 1, 2), corner(0, 0, 3)));
}

/** What lies at the corners of every pixel's cell, zeros outside: each [B, C, H W] for planes [B, C, H, W]. */
export function readCells(planes: tf.Tensor4D, { cell }: Landing): Corners {
  const [batch, channels, height, width] = planes.shape;
  const padded = tf.pad(planes, [
    [0, 0],
    [0, 0],
    [1, 2],
    [1, 1],
  ]);
  const corner = (down: number, right: number): tf.Tensor =>
    tf.slice(padded, [0, 0, down, right], [batch, channels, height + 2, width + 1]);
  const corners = tf.concat([corner(0, 0), corner(0, 1), corner(1, 0), corner(1, 1)], 1);
  const rows = rowsOf(tf.reshape(corners, [batch, 4 * channels, (height + 2) * (width + 1)]));
  return tf.split(planesOf(tf.gather(rows, cell), batch), 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
}

/** Shape of planes. */
type PlanesShape = readonly [batch: number, channels: number, height: number, width: number];

/** [B, C, N] as rows [B N, C]. */
function rowsOf(x: tf.Tensor): tf.Tensor2D {
  const [batch, channels, count] = x.shape as [number, number, number];
  return tf.reshape(swapped(x), [batch * count, channels]);
}

/** Rows [B N, C] as [B, C, N]. */
function planesOf(x: tf.Tensor, batch: number): tf.Tensor3D {
  const [count, channels] = x.shape as [number, number];
  return swapped(tf.reshape(x, [batch, count / batch, channels]));
}

/** [B, M, N] as [B, N, M]. ONNX Runtime transposes a matrix three times as fast as a batch of one. */
function swapped(x: tf.Tensor): tf.Tensor3D {
  const [batch, first, second] = x.shape as [number, number, number];
  if (batch > 1) return tf.transpose(x, [0, 2, 1]) as tf.Tensor3D;
  return tf.reshape(tf.transpose(tf.reshape(x, [first, second])), [1, second, first]);
}
