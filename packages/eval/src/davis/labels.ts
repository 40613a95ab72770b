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
export function pixelGroups(data: Uint8Array): { readonly groups: Uint32Array; readonly rest: number } {
  const count = data.length >> 2;
  const aligned = data.byteOffset % 4 === 0 ? data : data.slice();
  return { groups: new Uint32Array(aligned.buffer, aligned.byteOffset, count), rest: count * 4 };
}

/** Largest label of a mask; void (255) is not an object where `hasVoid` says so. */
export function largestLabel({ data }: Mask, hasVoid: boolean): number {
  const limit = hasVoid ? VOID_LABEL - 1 : VOID_LABEL;
  let largest = 0;
  const see = (label: number): void => {
    if (label > largest && label <= limit) largest = label;
  };
  const { groups, rest } = pixelGroups(data);
  let previous = 0;
  for (const value of groups) {
    if (value === previous) continue;
    previous = value;
    for (let shift = 0; shift < 32; shift += 8) see((value >>> shift) & 255);
  }
  for (let pixel = rest; pixel < data.length; pixel++) see(data[pixel]!);
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
