import { ConfigError, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { expectShape, explicitPadding, type Pair, pairOf, rank4 } from './shape-checks.js';

/** Options of {@link convTranspose2d}, with PyTorch's meaning and defaults. */
export interface ConvTranspose2dOptions {
  /** Default 1. */
  readonly stride?: Pair;
  /** Samples cut from both ends of each axis. Default 0. */
  readonly padding?: Pair;
  /** Extra samples at the end of each axis, less than the stride. Default 0. */
  readonly outputPadding?: Pair;
}

/**
 * Transposed convolution as PyTorch's `conv_transpose2d`, on NHWC input.
 *
 * @param x [B, H, W, I] float32.
 * @param weight [I, O, kh, kw], the layout of a PyTorch checkpoint.
 * @param bias [O], or undefined for none.
 * @returns [B, (H - 1) stride - 2 padding + kh + outputPadding, likewise for W, O].
 * @throws ShapeError if ranks or channels do not fit or nothing would be left; ConfigError for an option out of range.
 */
export function convTranspose2d(
  x: tf.Tensor,
  weight: tf.Tensor,
  bias?: tf.Tensor | undefined,
  options: ConvTranspose2dOptions = {},
): tf.Tensor4D {
  const input = rank4('convTranspose2d input', x);
  const kernel = rank4('convTranspose2d weight', weight, '[I, O, kh, kw]');
  const [inputs, outputs, kh, kw] = kernel.shape;
  const [batch, height, width, channels] = input.shape;
  if (channels !== inputs) {
    throw new ShapeError(
      'convTranspose2d input',
      `[B, H, W, ${inputs}] for weight [${kernel.shape.join(', ')}]`,
      x.shape,
    );
  }
  if (bias !== undefined) expectShape('convTranspose2d bias', bias, [outputs]);
  const stride = pairOf('convTranspose2d stride', options.stride ?? 1, 1);
  const padding = pairOf('convTranspose2d padding', options.padding ?? 0, 0);
  const extra = pairOf('convTranspose2d outputPadding', options.outputPadding ?? 0, 0);
  if (extra[0] >= stride[0] || extra[1] >= stride[1]) {
    throw new ConfigError(
      'convTranspose2d outputPadding',
      `expected less than the stride [${stride.join(', ')}], found [${extra.join(', ')}].`,
    );
  }
  const outHeight = (height - 1) * stride[0] - 2 * padding[0] + kh + extra[0];
  const outWidth = (width - 1) * stride[1] - 2 * padding[1] + kw + extra[1];
  if (outHeight < 1 || outWidth < 1) {
    throw new ShapeError('convTranspose2d output', 'at least 1 x 1 samples', [outHeight, outWidth]);
  }
  const filter = tf.transpose(kernel, [2, 3, 1, 0]);
  const shape: [number, number, number, number] = [batch, outHeight, outWidth, outputs];
  const product = tf.conv2dTranspose(input, filter, shape, [...stride], explicitPadding(padding));
  return bias === undefined ? product : tf.add(product, bias);
}
