import { type Mask, ShapeError } from '@vosvfi/core';

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

/** Four pixels at a time as one number, equal for equal pixels, and the index from which pixels are left over. */
export function pixelGroups(data: Uint8Array): { readonly groups: Int32Array; readonly rest: number } {
  const count = data.length >> 2;
  const aligned = data.byteOffset % 4 === 0 ? data : data.slice();
  return { groups: new Int32Array(aligned.buffer, aligned.byteOffset, count), rest: count * 4 };
}

/** Largest label of a mask; void (255) is not an object where `hasVoid` says so. */
export function largestLabel(mask: Mask, hasVoid: boolean): number {
  let largest = 0;
  for (const label of mask.data) if (label > largest && !(hasVoid && label === VOID_LABEL)) largest = label;
  return largest;
}

/** True if no label of a mask is above `limit`. */
export function hasLabelsUpTo(mask: Mask, limit: number): boolean {
  const { groups, rest } = pixelGroups(mask.data);
  let bits = 0;
  for (let group = 0; group < groups.length; group++) bits |= groups[group]!;
  for (let pixel = rest; pixel < mask.data.length; pixel++) bits |= mask.data[pixel]!;
  // The bits of all labels together are at least the largest of them.
  const together = (bits | (bits >>> 8) | (bits >>> 16) | (bits >>> 24)) & 255;
  return together <= limit || largestLabel(mask, false) <= limit;
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
