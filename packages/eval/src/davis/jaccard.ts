import type { Mask } from '@vosvfi/core';
import { requireSameSize } from './labels.js';

/**
 * Region similarity J: intersection over union of two regions (every label above 0), pixels marked in `ignore` left out.
 * Range 0..1; 1 if both regions are empty. Symmetric.
 * Source: Perazzi et al., "A Benchmark Dataset and Evaluation Methodology for Video Object Segmentation", CVPR 2016, section 4.
 * @throws ShapeError if the masks differ in size.
 */
export function jaccard(annotation: Mask, result: Mask, ignore?: Mask): number {
  requireSameSize(annotation, result, 'result mask');
  if (ignore !== undefined) requireSameSize(annotation, ignore, 'mask of ignored pixels');
  let intersection = 0;
  let union = 0;
  for (let i = 0; i < annotation.data.length; i++) {
    if (ignore !== undefined && ignore.data[i] !== 0) continue;
    const a = annotation.data[i] !== 0;
    const b = result.data[i] !== 0;
    if (a && b) intersection++;
    if (a || b) union++;
  }
  return union === 0 ? 1 : intersection / union;
}
