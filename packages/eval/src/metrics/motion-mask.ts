import { type Frame, type Mask, ShapeError } from '@vosvfi/core';
import { CHANNELS, peakOf, requireComparable } from './samples.js';

/**
 * Squared error of two frames seen through a soft mask m = value / 255, on the scale 0..255: the squared differences of m times
 * the frames, summed and divided by 3 sum(m), as in `eval_voxelflow.m` of Deep Voxel Flow. `null` for an empty mask.
 * @param mask Values 0..255, not labels.
 * @throws ShapeError if sizes differ; MediaError if a frame is not finite.
 */
export function maskedSquaredError(reference: Frame, distorted: Frame, mask: Mask): number | null {
  requireComparable(reference, distorted);
  requireMask(reference, mask);
  const [a, b] = [255 / peakOf(reference), 255 / peakOf(distorted)];
  let weight = 0;
  let sum = 0;
  for (let i = 0; i < mask.data.length; i++) {
    const m = mask.data[i]! / 255;
    weight += m;
    for (let s = CHANNELS * i; s < CHANNELS * i + CHANNELS; s++) {
      sum += (m * (a * reference.data[s]! - b * distorted.data[s]!)) ** 2;
    }
  }
  return weight === 0 ? null : sum / (CHANNELS * weight);
}

function requireMask({ width, height }: Frame, mask: Mask): void {
  if (mask.width === width && mask.height === height) return;
  throw new ShapeError('mask', `the frames' size ${width}x${height}`, `${mask.width}x${mask.height}`);
}
