import { ShapeError } from '@vosvfi/core';

/** Probabilities of one picture, each in 0..1. */
export type Probabilities = Float32Array | Float64Array;

/**
 * How certain and wrong pixels are kept finite.
 * - `torch`: each logarithm is at least -100, so such a pixel costs 100 (`binary_cross_entropy` of PyTorch).
 * - `clipped`: probabilities are kept within 1e-7..1 - 1e-7 (Keras).
 */
export type CrossEntropyVariant = 'torch' | 'clipped';

/**
 * Mean over pixels of the binary cross entropy -(g ln p + (1 - g) ln(1 - p)), `region` being 0 or not 0 for g = 0 or 1.
 * Range 0..100 (`torch`). Averages over frames and videos are left to the caller.
 * @throws ShapeError if the lengths differ or are 0.
 */
export function binaryCrossEntropy(
  probabilities: Probabilities,
  region: Uint8Array,
  variant: CrossEntropyVariant = 'torch',
): number {
  requireSameLength(probabilities, region);
  const cost = variant === 'torch' ? (p: number) => -Math.max(-100, Math.log(p)) : (p: number) => -Math.log(p);
  let sum = 0;
  for (let i = 0; i < region.length; i++) {
    const p = variant === 'torch' ? probabilities[i]! : Math.min(1 - 1e-7, Math.max(1e-7, probabilities[i]!));
    sum += cost(region[i] !== 0 ? p : 1 - p);
  }
  return sum / region.length;
}

/**
 * Intersection over union after probabilities above `threshold` (strictly) became the region. Range 0..1; 1 if both are empty.
 * @throws ShapeError if the lengths differ or are 0.
 */
export function thresholdedIou(probabilities: Probabilities, region: Uint8Array, threshold = 0.5): number {
  requireSameLength(probabilities, region);
  let intersection = 0;
  let union = 0;
  for (let i = 0; i < region.length; i++) {
    const isPredicted = probabilities[i]! > threshold;
    const isTrue = region[i] !== 0;
    if (isPredicted && isTrue) intersection++;
    if (isPredicted || isTrue) union++;
  }
  return union === 0 ? 1 : intersection / union;
}

/**
 * Soft intersection over union, sum p g / sum (p + g - p g). Range 0..1; `null` if both sums are 0.
 * @throws ShapeError if the lengths differ or are 0.
 */
export function softIou(probabilities: Probabilities, region: Uint8Array): number | null {
  requireSameLength(probabilities, region);
  let intersection = 0;
  let union = 0;
  for (let i = 0; i < region.length; i++) {
    const p = probabilities[i]!;
    intersection += region[i] !== 0 ? p : 0;
    union += region[i] !== 0 ? 1 : p;
  }
  return union === 0 ? null : intersection / union;
}

function requireSameLength(probabilities: Probabilities, region: Uint8Array): void {
  if (probabilities.length === region.length && region.length > 0) return;
  throw new ShapeError(
    'probabilities',
    `${region.length || 'some'} values, one for each pixel`,
    `${probabilities.length}`,
  );
}
