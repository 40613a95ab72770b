import { ShapeError } from '@vosvfi/core';

/** A rectangle x, y, width, height, or a quadrilateral x1, y1 .. x4, y4; pixels. */
export type Region = readonly number[];

/** A corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** True if any number of a region is NaN: the object is not there, or the tracker did not say where. */
export function isAbsent(region: Region): boolean {
  return region.some(Number.isNaN);
}

/**
 * Corners of a region.
 * @throws ShapeError unless it has 4 or 8 finite numbers.
 */
export function cornersOf(region: Region): Point[] {
  if ((region.length !== 4 && region.length !== 8) || !region.every(Number.isFinite)) {
    throw new ShapeError('region', '4 or 8 finite numbers', `[${region.join(', ')}]`);
  }
  if (region.length === 8) return [0, 2, 4, 6].map((i) => ({ x: region[i]!, y: region[i + 1]! }));
  const [x, y, width, height] = region as unknown as [number, number, number, number];
  return [
    { x, y },
    { x: x + width, y },
    { x: x + width, y: y + height },
    { x, y: y + height },
  ];
}
