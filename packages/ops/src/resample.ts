import { ConfigError, ShapeError } from '@vosvfi/core';
import type * as tf from '@vosvfi/runtime/tf';
import { type ResampleOptions, resampleMatrix } from './resample-matrix.js';
import type { ResizeAxis } from './resize-matrix.js';
import { type ResizeAxes, resizeByMatrices } from './resize-operator.js';
import { pairOf, rank4 } from './shape-checks.js';
import { withGradient } from './with-gradient.js';

/** Options of {@link resample}. */
export interface ResampleImageOptions extends ResampleOptions {
  /**
   * Output samples in an input sample, (vertical, horizontal) or one number for both, where the size was rounded from
   * it. Default: the ratio of the sizes.
   */
  readonly scale?: number | readonly [number, number];
}

/**
 * Resize with a filter of choice, both axes as products with the matrices of {@link resampleMatrix}, which lists what
 * other programs do. Differentiable; the matrices are rounded to float32 once.
 *
 * @param x [B, H, W, C] float32.
 * @param size Output (height, width).
 * @returns [B, height, width, C]. Values may leave the input's range with `bicubic` and `lanczos`.
 * @throws ShapeError if `x` is not rank 4 or empty; ConfigError for a size or scale out of range.
 */
export function resample(
  x: tf.Tensor,
  size: readonly [height: number, width: number],
  options: ResampleImageOptions,
): tf.Tensor4D {
  const input = rank4('resample input', x);
  if (input.size === 0) throw new ShapeError('resample input', 'at least one sample', x.shape);
  const [height, width] = pairOf('resample size', size, 1);
  const { scale } = options;
  const [vertical, horizontal] = typeof scale === 'number' ? [scale, scale] : (scale ?? [undefined, undefined]);
  const axis = (extent: number, output: number, factor: number | undefined): ResizeAxis => {
    if (factor !== undefined && !(factor > 0 && Number.isFinite(factor))) {
      throw new ConfigError('resample scale', `expected positive numbers, found ${JSON.stringify(scale)}.`);
    }
    return { input: extent, output, alignCorners: false, step: factor === undefined ? undefined : 1 / factor };
  };
  const axes: ResizeAxes = {
    down: axis(input.shape[1], height, vertical),
    across: axis(input.shape[2], width, horizontal),
  };
  const matrix = (along: ResizeAxis): Float32Array => Float32Array.from(resampleMatrix(along, options));
  return withGradient(input, (given) => ({
    value: resizeByMatrices(given as tf.Tensor4D, axes, matrix),
    saved: [],
    gradient: (dy) => resizeByMatrices(dy as tf.Tensor4D, axes, matrix, true),
  })) as tf.Tensor4D;
}
