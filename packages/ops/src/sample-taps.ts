import * as tf from '@vosvfi/runtime/tf';

/** One tap along one axis, all [B, h, w, 1] for a result of h by w pixels. */
export interface AxisTap {
  /** Coordinate of the sample, whole and inside the picture. */
  readonly index: tf.Tensor;
  readonly weight: tf.Tensor;
  /** Derivative of the weight by the coordinate. */
  readonly slope: tf.Tensor;
}

/** The taps along each axis; a pixel of the result is the sum over all pairs. */
export interface Taps {
  readonly across: readonly AxisTap[];
  readonly down: readonly AxisTap[];
}

/** Samples a picture by gathering a row of channels for every pixel and pair of taps; without gradient. */
export function sampleByTaps(image: tf.Tensor4D, taps: Taps): tf.Tensor4D {
  const terms = pairs(taps).map((pair) => tf.mul(gatherPixels(image, pair), tf.mul(pair.y.weight, pair.x.weight)));
  return sum(terms) as tf.Tensor4D;
}

/** Gradients of {@link sampleByTaps} with respect to the image and the (x, y) coordinates, [B, h, w, 2]. */
export function sampleGradients(image: tf.Tensor4D, taps: Taps, dy: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const corners = pairs(taps);
  // How much the result's gradient asks of each corner's pixel.
  const wanted = corners.map((pair) => tf.sum(tf.mul(dy, gatherPixels(image, pair)), 3, true));
  const alongX = sum(corners.map(({ x, y }, index) => tf.mul(wanted[index]!, tf.mul(x.slope, y.weight))));
  const alongY = sum(corners.map(({ x, y }, index) => tf.mul(wanted[index]!, tf.mul(x.weight, y.slope))));
  return [scatterPixels(corners, dy, image.shape), tf.concat([alongX, alongY], 3)];
}

interface TapPair {
  readonly x: AxisTap;
  readonly y: AxisTap;
}

function pairs({ across, down }: Taps): TapPair[] {
  return down.flatMap((y) => across.map((x) => ({ x, y })));
}

/** Pairwise, so that rounding errors stay small. */
function sum(terms: readonly tf.Tensor[]): tf.Tensor {
  if (terms.length === 1) return terms[0]!;
  const half = Math.ceil(terms.length / 2);
  return tf.add(sum(terms.slice(0, half)), sum(terms.slice(half)));
}

/** Row of a [B H W, C] picture for every pixel. Exact in float32 up to 2^24 pixels, 4096 x 4096. */
function rowsOf([batch, height, width]: tf.Tensor4D['shape'], { x, y }: TapPair): tf.Tensor1D {
  const start = tf.reshape(tf.range(0, batch * height * width, height * width, 'float32'), [batch, 1, 1, 1]);
  const row = tf.add(tf.add(tf.mul(y.index, width), x.index), start);
  return tf.reshape(tf.cast(row, 'int32'), [row.size]);
}

function gatherPixels(image: tf.Tensor4D, pair: TapPair): tf.Tensor {
  const [batch, height, width, channels] = image.shape;
  const rows = tf.reshape(image, [batch * height * width, channels]);
  const [, outHeight, outWidth] = pair.x.index.shape as [number, number, number];
  return tf.reshape(tf.gather(rows, rowsOf(image.shape, pair)), [batch, outHeight, outWidth, channels]);
}

/** Sums what each corner gives back into a picture. */
function scatterPixels(corners: readonly TapPair[], dy: tf.Tensor, shape: tf.Tensor4D['shape']): tf.Tensor {
  const [batch, height, width, channels] = shape;
  const updates = corners.map(({ x, y }) => tf.reshape(tf.mul(dy, tf.mul(x.weight, y.weight)), [-1, channels]));
  const rows = tf.expandDims(tf.concat(corners.map((pair) => rowsOf(shape, pair))), 1);
  return tf.reshape(tf.scatterND(rows, tf.concat(updates, 0), [batch * height * width, channels]), shape);
}
