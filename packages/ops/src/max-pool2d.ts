import { ConfigError, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { explicitPadding, type Pair, pairOf, rank4 } from './shape-checks.js';

/** Options of {@link maxPool2d}, with PyTorch's meaning. */
export interface MaxPool2dOptions {
  readonly kernel: Pair;
  /** Default: the kernel. */
  readonly stride?: Pair;
  /** Samples of minus infinity added on both sides of each axis, at most half the kernel. Default 0. */
  readonly padding?: Pair;
}

/**
 * Maximum over windows as PyTorch's `max_pool2d` (rounding down).
 *
 * @param x [B, H, W, C] float32.
 * @returns [B, floor((H + 2 padding - kernel) / stride) + 1, likewise for W, C].
 * @throws ShapeError if `x` is not rank 4 or smaller than the window; ConfigError for an option out of range.
 */
export function maxPool2d(x: tf.Tensor, options: MaxPool2dOptions): tf.Tensor4D {
  const input = rank4('maxPool2d input', x);
  const kernel = pairOf('maxPool2d kernel', options.kernel, 1);
  const stride = pairOf('maxPool2d stride', options.stride ?? options.kernel, 1);
  const padding = pairOf('maxPool2d padding', options.padding ?? 0, 0);
  for (const axis of [0, 1] as const) {
    if (padding[axis] * 2 > kernel[axis]) {
      throw new ConfigError('maxPool2d padding', `expected at most half the kernel, found ${padding[axis]}.`);
    }
    if (input.shape[axis + 1]! + 2 * padding[axis] < kernel[axis]) {
      throw new ShapeError(
        'maxPool2d input',
        `at least ${kernel[axis]} padded samples along axis ${axis + 1}`,
        x.shape,
      );
    }
  }
  return tf.maxPool(input, [...kernel], [...stride], explicitPadding(padding));
}
