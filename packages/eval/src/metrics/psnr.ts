import type { Frame } from '@vosvfi/core';
import { fullLuma, studioLuma } from './luma.js';
import { commonScale, requireComparable } from './samples.js';

/**
 * What PSNR is computed on.
 * - `rgb`: all samples.
 * - `y-bt601`: the unrounded studio-range luma of BT.601 (BasicSR's `test_y_channel`).
 * - `y-full`: the unrounded luma 0.299 R + 0.587 G + 0.114 B (RIFE's HD benchmark).
 */
export type PsnrVariant = 'rgb' | 'y-bt601' | 'y-full';

/**
 * Peak signal-to-noise ratio in dB: 10 log10(peak^2 / mean squared error), the mean over all pixels and channels.
 *
 * The peak is 255 for 8-bit frames and for both lumas (that of `y-bt601` is in 16..235), 1 for float frames, which are taken
 * as they are: not clipped, not rounded (see {@link quantizeFrame}). Range: above 0 in practice; `Infinity` for equal frames.
 * Agrees with scikit-image and BasicSR.
 * @throws ShapeError if the frames differ in size; MediaError if one holds NaN or an infinity.
 */
export function psnr(reference: Frame, distorted: Frame, variant: PsnrVariant = 'rgb'): number {
  requireComparable(reference, distorted);
  if (variant !== 'rgb') {
    const luma = variant === 'y-bt601' ? studioLuma : fullLuma;
    return psnrFromMeanSquaredError(planeError(luma(reference), luma(distorted)), 255);
  }
  return psnrFromMeanSquaredError(meanSquaredError(reference, distorted), commonScale(reference, distorted).peak);
}

/** 10 log10(peak^2 / error); `Infinity` for no error. */
export function psnrFromMeanSquaredError(error: number, peak: number): number {
  return error === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10((peak * peak) / error);
}

/**
 * Mean squared difference over all pixels and channels, on the frames' own scale (0..255 for 8-bit frames,
 * 0..1 for float frames and for a mixed pair).
 * @throws ShapeError if the frames differ in size.
 */
export function meanSquaredError(reference: Frame, distorted: Frame): number {
  requireComparable(reference, distorted);
  const { factors } = commonScale(reference, distorted);
  const [a, b] = [reference.data, distorted.data];
  const [fa, fb] = factors;
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = fa * a[i]! - fb * b[i]!;
    sum += difference * difference;
  }
  return sum / a.length;
}

function planeError(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum / a.length;
}
