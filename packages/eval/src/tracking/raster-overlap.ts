import type { PictureSize } from './exact-overlap.js';
import { cornersOf, isAbsent, type Point, type Region } from './region.js';

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Regions whose boxes differ by more than this do not overlap. */
const largestRatio = 1e10;

/**
 * Overlap of two regions as the VOT challenges count it: both are drawn on whole pixels, and it is the share of pixels in
 * both among pixels in either. Range 0..1, a float32. A few percent off the exact areas for small regions.
 *
 * NaN where there is nothing to compare: neither region covers a pixel (regions may be too thin to be drawn), or both are
 * absent (NaN). 0 where one of them is.
 *
 * @param bound Cuts the regions' boxes to 0..width and 0..height.
 * Source: the region module of the VOT toolkit, as pysot carries it (2018 mode, not the legacy one).
 * @throws ShapeError for a region that is not 4 or 8 numbers, or is infinite.
 */
export function rasterOverlap(a: Region, b: Region, bound?: PictureSize): number {
  if (isAbsent(a) || isAbsent(b)) return isAbsent(a) && isAbsent(b) ? Number.NaN : 0;
  const [first, second] = [singlePrecision(cornersOf(a)), singlePrecision(cornersOf(b))];
  const boxes = [boxOf(first, bound), boxOf(second, bound)] as const;
  const left = Math.min(boxes[0].left, boxes[1].left);
  const top = Math.min(boxes[0].top, boxes[1].top);
  const width = Math.max(boxes[0].right, boxes[1].right) - left + 1;
  const height = Math.max(boxes[0].bottom, boxes[1].bottom) - top + 1;
  const ratio = areaOf(boxes[0]) / areaOf(boxes[1]);
  if (ratio > largestRatio || ratio < 1 / largestRatio || width < 1 || height < 1 || areApart(...boxes)) return 0;
  const masks = [first, second].map((corners) => draw(moved(corners, left, top), width, height)) as [
    Uint8Array,
    Uint8Array,
  ];
  let both = 0;
  let either = 0;
  for (let i = 0; i < width * height; i++) {
    const count = masks[0][i]! + masks[1][i]!;
    if (count === 2) both++;
    if (count > 0) either++;
  }
  return Math.fround(both / either);
}

function singlePrecision(points: readonly Point[]): Point[] {
  return points.map(({ x, y }) => ({ x: Math.fround(x), y: Math.fround(y) }));
}

function boxOf(points: readonly Point[], bound: PictureSize | undefined): Box {
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const limit = bound ?? { width: Number.POSITIVE_INFINITY, height: Number.POSITIVE_INFINITY };
  const lowest = bound === undefined ? Number.NEGATIVE_INFINITY : 0;
  return {
    left: Math.max(lowest, Math.floor(Math.min(...xs))),
    top: Math.max(lowest, Math.floor(Math.min(...ys))),
    right: Math.min(limit.width, Math.ceil(Math.max(...xs))),
    bottom: Math.min(limit.height, Math.ceil(Math.max(...ys))),
  };
}

function areaOf({ left, top, right, bottom }: Box): number {
  return (right - left) * (bottom - top);
}

/** True if boxes have no area in common; not if neither has one, which says nothing. */
function areApart(a: Box, b: Box): boolean {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  const common = width * height;
  return common / (areaOf(a) + areaOf(b) - common) <= 0;
}

/** Corners relative to (left, top), on whole pixels; halves go away from zero. */
function moved(points: readonly Point[], left: number, top: number): Point[] {
  const round = (value: number): number => Math.sign(value) * Math.floor(Math.abs(value) + 0.5);
  return points.map(({ x, y }) => ({ x: round(Math.fround(x - left)), y: round(Math.fround(y - top)) }));
}

/** 1 for every pixel of a polygon, its edges included. */
function draw(corners: readonly Point[], width: number, height: number): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const crossings = crossingsOf(corners, row);
    for (let i = 0; i < crossings.length - 1; ) {
      const [from, to] = [crossings[i]!, crossings[i + 1]!];
      // A row through a corner meets two edges at one place.
      if (from === to) {
        i++;
        continue;
      }
      if (from >= width) break;
      const [begin, end] = [Math.max(0, from), Math.min(width - 1, to)];
      if (end >= 0) mask.fill(1, row * width + begin, row * width + end + 1);
      i += 2;
    }
  }
  return mask;
}

/** Where edges that are not horizontal touch a row, cut to whole numbers, in order. */
function crossingsOf(corners: readonly Point[], row: number): number[] {
  const crossings = corners.flatMap((a, i) => {
    const b = corners[(i + corners.length - 1) % corners.length]!;
    const touches = Math.min(a.y, b.y) <= row && row <= Math.max(a.y, b.y);
    if (!touches || a.y === b.y) return [];
    return [Math.trunc(((row - a.y) / (b.y - a.y)) * (b.x - a.x) + a.x)];
  });
  return crossings.sort((p, q) => p - q);
}
