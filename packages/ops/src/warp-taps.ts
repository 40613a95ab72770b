import * as tf from '@vosvfi/runtime/tf';

/** What a warp finds outside the picture: the nearest edge, or nothing. */
export type WarpPadding = 'border' | 'zeros';

/** One tap along one axis, all [B, H, W, 1]. */
interface AxisTap {
  /** Coordinate of the sample, whole and inside the picture. */
  readonly index: tf.Tensor;
  readonly weight: tf.Tensor;
  /** Derivative of the weight by the displacement. */
  readonly slope: tf.Tensor;
}

/** The two taps along each axis. */
interface Taps {
  readonly across: readonly [AxisTap, AxisTap];
  readonly down: readonly [AxisTap, AxisTap];
}

/** Bilinear backward warp by gathering four rows of channels for every pixel; without gradient. */
export function warpByTaps(image: tf.Tensor4D, flow: tf.Tensor4D, padding: WarpPadding): tf.Tensor4D {
  const terms = pairs(tapsOf(flow, padding)).map(({ x, y }) =>
    tf.mul(gatherPixels(image, x, y), tf.mul(y.weight, x.weight)),
  );
  return sum(terms) as tf.Tensor4D;
}

/** Gradients of {@link warpByTaps} with respect to the image and the flow. */
export function warpGradients(
  image: tf.Tensor4D,
  flow: tf.Tensor4D,
  dy: tf.Tensor,
  padding: WarpPadding,
): [tf.Tensor, tf.Tensor] {
  const corners = pairs(tapsOf(flow, padding));
  // How much the result's gradient asks of each corner's pixel.
  const wanted = corners.map(({ x, y }) => tf.sum(tf.mul(dy, gatherPixels(image, x, y)), 3, true));
  const alongX = sum(corners.map(({ x, y }, index) => tf.mul(wanted[index]!, tf.mul(x.slope, y.weight))));
  const alongY = sum(corners.map(({ x, y }, index) => tf.mul(wanted[index]!, tf.mul(x.weight, y.slope))));
  return [scatterPixels(corners, dy, image.shape), tf.concat([alongX, alongY], 3)];
}

function pairs({ across, down }: Taps): { x: AxisTap; y: AxisTap }[] {
  return down.flatMap((y) => across.map((x) => ({ x, y })));
}

function sum(terms: tf.Tensor[]): tf.Tensor {
  const [first, second, third, fourth] = terms as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  return tf.add(tf.add(first, second), tf.add(third, fourth));
}

function tapsOf(flow: tf.Tensor4D, padding: WarpPadding): Taps {
  const [x, y] = tf.split(flow, 2, 3) as [tf.Tensor4D, tf.Tensor4D];
  return { across: axisTaps(x, 2, padding), down: axisTaps(y, 1, padding) };
}

function axisTaps(displacement: tf.Tensor4D, axis: 1 | 2, padding: WarpPadding): [AxisTap, AxisTap] {
  const extent = displacement.shape[axis];
  const places = tf.reshape(tf.range(0, extent, 1, 'float32'), axis === 1 ? [1, extent, 1, 1] : [1, 1, extent, 1]);
  const moved = tf.add(displacement, places);
  const position = padding === 'border' ? tf.clipByValue(moved, 0, extent - 1) : moved;
  const floor = withoutNaN(tf.floor(position));
  const next = tf.add(floor, 1);
  const fraction = tf.sub(position, floor);
  const lowIndex = tf.clipByValue(floor, 0, extent - 1);
  const highIndex = tf.clipByValue(next, 0, extent - 1);
  const rest = tf.sub(1, fraction);
  if (padding === 'border') {
    // A clamped coordinate does not follow the flow, as in PyTorch's grid_sample (the edge itself counts as clamped).
    const free = tf.logicalAnd(tf.greater(moved, 0), tf.less(moved, extent - 1)).toFloat();
    return [
      { index: lowIndex, weight: rest, slope: tf.neg(free) },
      { index: highIndex, weight: fraction, slope: free },
    ];
  }
  const lowInside = tf.equal(floor, lowIndex).toFloat();
  const highInside = tf.equal(next, highIndex).toFloat();
  return [
    { index: lowIndex, weight: tf.mul(rest, lowInside), slope: tf.neg(lowInside) },
    { index: highIndex, weight: tf.mul(fraction, highInside), slope: highInside },
  ];
}

/** NaN as 0, so that a diverged flow still gives valid indices; the weights stay NaN and so does the result. */
function withoutNaN(x: tf.Tensor): tf.Tensor {
  return tf.where(tf.equal(x, x), x, tf.zerosLike(x));
}

/** Row of a [B H W, C] picture for every pixel, [B H W]. Exact in float32 up to 2^24 pixels, 4096 x 4096. */
function rowsOf(x: AxisTap, y: AxisTap): tf.Tensor1D {
  const [batch, height, width] = x.index.shape as [number, number, number];
  const start = tf.reshape(tf.range(0, batch * height * width, height * width, 'float32'), [batch, 1, 1, 1]);
  const row = tf.add(tf.add(tf.mul(y.index, width), x.index), start);
  return tf.reshape(tf.cast(row, 'int32'), [batch * height * width]);
}

function gatherPixels(image: tf.Tensor4D, x: AxisTap, y: AxisTap): tf.Tensor {
  const [batch, height, width, channels] = image.shape;
  const rows = tf.reshape(image, [batch * height * width, channels]);
  return tf.reshape(tf.gather(rows, rowsOf(x, y)), image.shape);
}

/** Sums what each corner gives back into a picture. */
function scatterPixels(
  corners: { x: AxisTap; y: AxisTap }[],
  dy: tf.Tensor,
  shape: [number, number, number, number],
): tf.Tensor {
  const [batch, height, width, channels] = shape;
  const pixels = batch * height * width;
  const updates = corners.map(({ x, y }) => tf.reshape(tf.mul(dy, tf.mul(x.weight, y.weight)), [pixels, channels]));
  const rows = tf.expandDims(tf.concat(corners.map(({ x, y }) => rowsOf(x, y))), 1);
  return tf.reshape(tf.scatterND(rows, tf.concat(updates, 0), [pixels, channels]), shape);
}
