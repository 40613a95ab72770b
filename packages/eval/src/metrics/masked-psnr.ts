import type { Frame, Mask } from '@vosvfi/core';
import { maskedSquaredError } from './motion-mask.js';
import { psnrFromMeanSquaredError } from './psnr.js';

/**
 * PSNR in dB of two frames seen through a soft mask m = value / 255: the squared difference of m times the frames, summed
 * and divided by 3 sum(m). The numbers of UCF101 in Deep Voxel Flow (`eval_voxelflow.m`), whose masks say where things move.
 *
 * `Infinity` for equal frames and `null` for an empty mask; that code leaves both out of its means.
 * @param mask Values 0..255, not labels.
 * @throws ShapeError if sizes differ; MediaError if a frame is not finite.
 */
export function maskedPsnr(reference: Frame, distorted: Frame, mask: Mask): number | null {
  const error = maskedSquaredError(reference, distorted, mask);
  return error === null ? null : psnrFromMeanSquaredError(error, 255);
}

/**
 * Root of the squared error whose PSNR {@link maskedPsnr} is, 0..255: the interpolation error inside a motion mask. `null` for an
 * empty mask. Zoom-In-to-Check prints such errors of UCF101 and does not define them.
 * @param mask Values 0..255, not labels.
 * @throws ShapeError if sizes differ; MediaError if a frame is not finite.
 */
export function maskedInterpolationError(reference: Frame, distorted: Frame, mask: Mask): number | null {
  const error = maskedSquaredError(reference, distorted, mask);
  return error === null ? null : Math.sqrt(error);
}
