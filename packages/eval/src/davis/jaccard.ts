import type { Mask } from '@vosvfi/core';
import { type BitRegion, countCommon } from './bit-region.js';
import { requireSameSize } from './labels.js';
import { wholeRegion } from './pack-regions.js';

/**
 * Region similarity J: intersection over union of two regions (every label above 0), pixels marked in `ignore` left out.
 * Range 0..1; 1 if both regions are empty. Symmetric.
 * Source: Perazzi et al., "A Benchmark Dataset and Evaluation Methodology for Video Object Segmentation", CVPR 2016, section 4.
 * @throws ShapeError if the masks differ in size.
 */
export function jaccard(annotation: Mask, result: Mask, ignore?: Mask): number {
  requireSameSize(annotation, result, 'result mask');
  if (ignore !== undefined) requireSameSize(annotation, ignore, 'mask of ignored pixels');
  return regionJaccard(wholeRegion(annotation, ignore), wholeRegion(result, ignore));
}

/** {@link jaccard} of packed regions of one size. */
export function regionJaccard(a: BitRegion, b: BitRegion): number {
  const intersection = countCommon(a, b);
  const union = a.pixels + b.pixels - intersection;
  return union === 0 ? 1 : intersection / union;
}
