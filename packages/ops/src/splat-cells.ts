import * as tf from '@vosvfi/runtime/tf';

/**
 * Where the pixels of a picture land. A *cell* is the square between four pixel centres; those that touch the picture
 * form a grid of (H + 1) x (W + 1). One more row of cells below takes the pixels that land nowhere.
 */
export interface Landing {
  /** Cell of every pixel among those of the whole batch, int32 [B H W]. */
  readonly cell: tf.Tensor1D;
  /** Place within the cell, 0 <= x, y < 1, [B H W]; 0 for pixels that land nowhere. */
  readonly x: tf.Tensor1D;
  readonly y: tf.Tensor1D;
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
  const pixels = batch * height * width;
  const within = (position: tf.Tensor, floor: tf.Tensor): tf.Tensor1D =>
    tf.reshape(tf.where(touches, tf.sub(position, floor), tf.scalar(0)), [pixels]);
  return { cell: tf.reshape(tf.cast(cell, 'int32'), [pixels]), x: within(x, left), y: within(y, top) };
}

/** Shares of a cell's corners (upper left, upper right, lower left, lower right), each [B H W, 1]. */
export function sharesOf({ x, y }: Landing): [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor] {
  const [restX, restY] = [tf.sub(1, x), tf.sub(1, y)];
  const share = (across: tf.Tensor, down: tf.Tensor): tf.Tensor => tf.expandDims(tf.mul(across, down), 1);
  return [share(restX, restY), share(x, restY), share(restX, y), share(x, y)];
}

/** Sums rows of a cell's four corners, [B H W, 4 C], into a picture [B, H, W, C]. */
export function sumCells(
  rows: tf.Tensor,
  { cell }: Landing,
  shape: readonly [number, number, number, number],
): tf.Tensor4D {
  const [batch, height, width, channels] = shape;
  const cells = batch * (height + 2) * (width + 1);
  const sums = tf.reshape(tf.scatterND(tf.expandDims(cell, 1), rows, [cells, 4 * channels]), [
    batch,
    height + 2,
    width + 1,
    4 * channels,
  ]);
  // The pixel is the upper left corner of the cell after it, and so on.
  const corner = (down: number, right: number, index: number): tf.Tensor4D =>
    tf.slice(sums, [0, down, right, index * channels], [batch, height, width, channels]) as tf.Tensor4D;
  return tf.add(tf.add(corner(1, 1, 0), corner(1, 0, 1)), tf.add(corner(0, 1, 2), corner(0, 0, 3)));
}

/** What lies at the four corners of every pixel's cell, zeros outside: four of [B H W, C] for a picture [B, H, W, C]. */
export function readCells(picture: tf.Tensor4D, { cell }: Landing): [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor] {
  const [batch, height, width, channels] = picture.shape;
  const padded = tf.pad(picture, [
    [0, 0],
    [1, 2],
    [1, 1],
    [0, 0],
  ]);
  const size = [batch, height + 2, width + 1, channels];
  const corners = [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ].map(([down, right]) => tf.slice(padded, [0, down!, right!, 0], size));
  const cells = tf.reshape(tf.concat(corners, 3), [batch * (height + 2) * (width + 1), 4 * channels]);
  return tf.split(tf.gather(cells, cell), 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
}
