import { type Mask, ShapeError } from '@vosvfi/core';
import { forEachRun } from './label-runs.js';

/** Label of pixels that an annotation leaves undecided. */
export const VOID_LABEL = 255;

/** The region of one object: 1 where the label is `object`, else 0. */
export function objectRegion(mask: Mask, object: number): Mask {
  return { ...mask, data: mask.data.map((label) => (label === object ? 1 : 0)) };
}

/** All objects as one region: 1 where the label is not 0 (255 included, as DAVIS 2016 stores its objects). */
export function mergedRegion(mask: Mask): Mask {
  return { ...mask, data: mask.data.map((label) => (label === 0 ? 0 : 1)) };
}

/** Largest label of a mask; void (255) is not an object where `hasVoid` says so. */
export function largestLabel(mask: Mask, hasVoid: boolean): number {
  let largest = 0;
  forEachRun(mask.data, {
    take: (label) => {
      if (label > largest && !(hasVoid && label === VOID_LABEL)) largest = label;
    },
  });
  return largest;
}

/** @throws ShapeError naming `subject` if the two masks differ in size. */
export function requireSameSize(annotation: Mask, result: Mask, subject: string): void {
  if (annotation.width === result.width && annotation.height === result.height) return;
  throw new ShapeError(
    subject,
    `the annotation's size ${annotation.width}x${annotation.height}`,
    `${result.width}x${result.height}`,
  );
}
