import type { Frame } from '@vosvfi/core';
import { meanSquaredError } from './psnr.js';
import { peakOf, quantizeFrame, requireComparable } from './samples.js';

/**
 * Three definitions that the literature mixes under one name.
 * - `rms`: root of the mean squared difference over pixels and channels.
 * - `colour-vector`: root of the mean over pixels of the squared length of the RGB difference vector, sqrt(3) times `rms`
 *   (Baker et al., "A Database and Evaluation Methodology for Optical Flow", IJCV 2011, section 4.1).
 * - `mean-absolute`: mean absolute difference over pixels and channels of frames rounded to 8 bits
 *   (what RIFE and IFRNet print for Middlebury).
 */
export type InterpolationErrorDefinition = 'rms' | 'colour-vector' | 'mean-absolute';

/**
 * Interpolation error in 8-bit code values (0 is best, 255 at most; `colour-vector` at most 441.7).
 * @throws ShapeError if the frames differ in size.
 */
export function interpolationError(
  reference: Frame,
  distorted: Frame,
  definition: InterpolationErrorDefinition = 'rms',
): number {
  requireComparable(reference, distorted);
  if (definition === 'mean-absolute')
    return meanAbsoluteError(quantizeFrame(reference).data, quantizeFrame(distorted).data);
  const isEightBit = peakOf(reference) === 255 && peakOf(distorted) === 255;
  const rms = Math.sqrt(meanSquaredError(reference, distorted)) * (isEightBit ? 1 : 255);
  return definition === 'rms' ? rms : rms * Math.sqrt(3);
}

function meanAbsoluteError(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}
