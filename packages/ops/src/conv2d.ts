import { ConfigError, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { type ExplicitPadding, expectShape, explicitPadding, type Pair, pairOf, rank4 } from './shape-checks.js';

/** Options of {@link conv2d}, with PyTorch's meaning and defaults. */
export interface Conv2dOptions {
  /** Default 1. */
  readonly stride?: Pair;
  /** Zeros added on both sides of each axis. Default 0. */
  readonly padding?: Pair;
  /** Default 1. */
  readonly dilation?: Pair;
  /** Input and output channels are cut into this many independent parts. Default 1. */
  readonly groups?: number;
}

interface Geometry {
  readonly stride: [number, number];
  readonly pads: ExplicitPadding;
  readonly dilation: [number, number];
}

/**
 * 2-D cross-correlation as PyTorch's `conv2d`, on NHWC input.
 *
 * @param x [B, H, W, I] float32.
 * @param weight [O, I / groups, kh, kw], the layout of a PyTorch checkpoint.
 * @param bias [O], or undefined for none.
 * @returns [B, floor((H + 2 padding - dilation (kh - 1) - 1) / stride) + 1, likewise for W, O].
 * @throws ShapeError if ranks or channels do not fit or the kernel is larger than the padded input; ConfigError for an option out of range.
 */
export function conv2d(
  x: tf.Tensor,
  weight: tf.Tensor,
  bias?: tf.Tensor | undefined,
  options: Conv2dOptions = {},
): tf.Tensor4D {
  const input = rank4('conv2d input', x);
  const kernel = rank4('conv2d weight', weight, '[O, I / groups, kh, kw]');
  const groups = options.groups ?? 1;
  const geometry = geometryOf(options);
  checkShapes(input, kernel, bias, groups, geometry);
  const filter = tf.transpose(kernel, [2, 3, 1, 0]);
  const product = groups === 1 ? correlate(input, filter, geometry) : correlateGroups(input, filter, groups, geometry);
  return bias === undefined ? product : tf.add(product, bias);
}

function geometryOf(options: Conv2dOptions): Geometry {
  return {
    stride: [...pairOf('conv2d stride', options.stride ?? 1, 1)],
    pads: explicitPadding(pairOf('conv2d padding', options.padding ?? 0, 0)),
    dilation: [...pairOf('conv2d dilation', options.dilation ?? 1, 1)],
  };
}

function checkShapes(
  x: tf.Tensor4D,
  weight: tf.Tensor4D,
  bias: tf.Tensor | undefined,
  groups: number,
  geometry: Geometry,
): void {
  const [outputs, inputs, ...size] = weight.shape;
  if (!Number.isInteger(groups) || groups < 1 || outputs % groups !== 0) {
    throw new ConfigError('conv2d groups', `expected a divisor of the ${outputs} output channels, found ${groups}.`);
  }
  if (x.shape[3] !== inputs * groups) {
    throw new ShapeError(
      'conv2d input',
      `[B, H, W, ${inputs * groups}] for weight [${weight.shape.join(', ')}]`,
      x.shape,
    );
  }
  for (const axis of [0, 1] as const) {
    const padded = x.shape[axis + 1]! + 2 * geometry.pads[axis + 1]![0];
    const extent = geometry.dilation[axis] * (size[axis]! - 1) + 1;
    if (padded < extent) {
      throw new ShapeError('conv2d input', `at least ${extent} samples along axis ${axis + 1} after padding`, x.shape);
    }
  }
  if (bias !== undefined) expectShape('conv2d bias', bias, [outputs]);
}

/** Correlates with a [kh, kw, I, O] filter. */
function correlate(x: tf.Tensor4D, filter: tf.Tensor4D, geometry: Geometry): tf.Tensor4D {
  const { stride, pads, dilation } = geometry;
  if (!stridesAndDilates(geometry)) return tf.conv2d(x, filter, stride, pads, 'NHWC', dilation);
  // tfjs has no strides beside dilations; a filter with zeros between its taps has both.
  return tf.conv2d(x, spread(filter, dilation), stride, pads);
}

function stridesAndDilates({ stride, dilation }: Geometry): boolean {
  return Math.max(...stride) > 1 && Math.max(...dilation) > 1;
}

/** One group for each input channel: [kh, kw, 1, O] filters of neighbouring outputs belong to one input. */
function correlateChannels(x: tf.Tensor4D, filter: tf.Tensor4D, geometry: Geometry): tf.Tensor4D {
  const [height, width, , outputs] = filter.shape;
  const { stride, pads, dilation } = geometry;
  const channels = x.shape[3];
  const taps = tf.reshape(filter, [height, width, channels, outputs / channels]) as tf.Tensor4D;
  // tfjs's types know no explicit padding here; its kernels do.
  return tf.depthwiseConv2d(x, taps, stride, pads as unknown as 'same', 'NHWC', dilation);
}

/** Puts `dilation - 1` zeros between the taps of a [kh, kw, I, O] filter. */
function spread(filter: tf.Tensor4D, [dy, dx]: [number, number]): tf.Tensor4D {
  const [kh, kw, inputs, outputs] = filter.shape;
  const rows = tf.pad(tf.reshape(filter, [kh, 1, kw, 1, inputs * outputs]), [
    [0, 0],
    [0, dy - 1],
    [0, 0],
    [0, dx - 1],
    [0, 0],
  ]);
  const full = tf.reshape(rows, [kh * dy, kw * dx, inputs, outputs]);
  return tf.slice(full, [0, 0, 0, 0], [(kh - 1) * dy + 1, (kw - 1) * dx + 1, inputs, outputs]) as tf.Tensor4D;
}

function correlateGroups(x: tf.Tensor4D, filter: tf.Tensor4D, groups: number, geometry: Geometry): tf.Tensor4D {
  const [down, across] = geometry.stride;
  if (groups === x.shape[3] && down === across && !stridesAndDilates(geometry))
    return correlateChannels(x, filter, geometry);
  const inputs = tf.split(x, groups, 3) as tf.Tensor4D[];
  const filters = tf.split(filter, groups, 3) as tf.Tensor4D[];
  return tf.concat(
    inputs.map((part, index) => correlate(part, filters[index]!, geometry)),
    3,
  );
}
