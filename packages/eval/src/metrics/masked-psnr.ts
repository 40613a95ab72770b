import { type Frame, type Mask, ShapeError } from '@vosvfi/core';
import { psnrFromMeanSquaredError } from './psnr.js';
import { peakOf, requireComparable } from './samples.js';

/**
 * PSNR in dB of two frames seen through a soft mask m = value / 255: the squared difference of m times the frames, summed
 * and divided by 3 sum(m). The numbers of UCF101 in Deep Voxel Flow (`eval_voxelflow.m`), whose masks say where things move.
 *
 * `Infinity` for equal frames and `null` for an empty mask; that code leaves both out of its means.
 * @param mask Values 0..255, not labels.
 * @throws ShapeError if sizes differ; MediaError if a frame is not finite.
 */
export function maskedPsnr(reference: Frame, distorted: Frame, mask: Mask): number | null {
  requireComparable(reference, distorted);
  if (mask.width !== reference.width || mask.height !== reference.height) {
    const { width, height } = reference;
    throw new ShapeError('mask', `the frames' size ${width}x${height}`, `${mask.width}x${mask.height}`);
  }
  const [a, b] = [255 / peakOf(reference), 255 / peakOf(distorted)];
  let weight = 0;
  let sum = 0;
  for (let i = 0; i < mask.data.length; i++) {
    const m = mask.data[i]! / 255;
    weight += m;
    for (let s = 3 * i; s < 3 * i + 3; s++) sum += (m * (a * reference.data[s]! - b * distorted.data[s]!)) ** 2;
  }
  return weight === 0 ? null : psnrFromMeanSquaredError(sum / (3 * weight), 255);
}
