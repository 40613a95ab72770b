import { ConfigError, ShapeError } from '@vosvfi/core';
import type * as tf from '@vosvfi/runtime/tf';
import { linearMatrix, nearestMatrix, type ResizeAxis } from './resize-matrix.js';
import { isLinearResize, type ResizeAxes, resizeByMatrices, resizeLinear } from './resize-operator.js';
import { rank4 } from './shape-checks.js';
import { withGradient } from './with-gradient.js';

/** Options of {@link resizeBilinear}. */
export interface ResizeBilinearOptions {
  /** True: corner samples stay corner samples. False (default): half-pixel centres, edges clamped. */
  readonly alignCorners?: boolean;
  /**
   * PyTorch's `scale_factor`, (vertical, horizontal) or one number for both: the coordinate step is then 1 / scale
   * and not the ratio of the sizes. It matters only where the size was rounded; ignored with `alignCorners`.
   */
  readonly scale?: number | readonly [number, number];
}

type Size = readonly [height: number, width: number];

/**
 * Bilinear resize as PyTorch's `interpolate(mode="bilinear")`, without antialiasing; exact and differentiable.
 *
 * @param x [B, H, W, C] float32.
 * @param size Output (height, width).
 * @returns [B, height, width, C].
 * @throws ShapeError if `x` is not rank 4; ConfigError for a size or scale out of range.
 */
export function resizeBilinear(x: tf.Tensor, size: Size, options: ResizeBilinearOptions = {}): tf.Tensor4D {
  const input = rank4('resizeBilinear input', x);
  const alignCorners = options.alignCorners ?? false;
  const axes = axesOf('resizeBilinear', input, size, options.scale, alignCorners);
  return withGradient(input, (x4d) => ({
    value: isLinearResize(axes) ? resizeLinear([x4d], axes) : resizeByMatrices(x4d as tf.Tensor4D, axes, linearMatrix),
    saved: [],
    gradient: (dy) => resizeByMatrices(dy as tf.Tensor4D, axes, linearMatrix, true),
  })) as tf.Tensor4D;
}

/**
 * Nearest-neighbour resize as PyTorch's `interpolate(mode="nearest")`: output i takes input floor(i * H / height).
 *
 * @param x [B, H, W, C] float32, finite.
 * @param size Output (height, width).
 * @returns [B, height, width, C].
 * @throws ShapeError if `x` is not rank 4; ConfigError for a size out of range.
 */
export function resizeNearest(x: tf.Tensor, size: Size): tf.Tensor4D {
  const input = rank4('resizeNearest input', x);
  return resizeByMatrices(input, axesOf('resizeNearest', input, size, undefined, false), nearestMatrix);
}

function axesOf(
  subject: string,
  x: tf.Tensor4D,
  size: Size,
  scale: ResizeBilinearOptions['scale'],
  alignCorners: boolean,
): ResizeAxes {
  if (size.length !== 2 || size.some((extent) => !Number.isInteger(extent) || extent < 1)) {
    throw new ConfigError(`${subject} size`, `expected two positive integers, found ${JSON.stringify(size)}.`);
  }
  if (x.size === 0) throw new ShapeError(`${subject} input`, 'at least one sample', x.shape);
  const scales = typeof scale === 'number' ? [scale, scale] : scale;
  const [down, across] = [0, 1].map((axis): ResizeAxis => {
    const factor = scales?.[axis];
    if (factor !== undefined && !(factor > 0 && Number.isFinite(factor))) {
      throw new ConfigError(`${subject} scale`, `expected positive numbers, found ${JSON.stringify(scale)}.`);
    }
    const step = factor === undefined ? undefined : 1 / factor;
    return { input: x.shape[axis + 1]!, output: size[axis]!, alignCorners, step };
  }) as [ResizeAxis, ResizeAxis];
  return { down, across };
}
