import { type BitRegion, countBits } from './bit-region.js';

/** Boundary pixels of a region, as `boundaryMap` draws them. */
export function outline(region: BitRegion): BitRegion {
  const { width, height, stride, words } = region;
  const edges = new Int32Array(words.length);
  const firstRow = Math.max(0, region.firstRow - 1);
  const endRow = Math.max(firstRow, region.endRow);
  for (let row = firstRow; row < endRow; row++) {
    const start = row * stride;
    const below = row + 1 < height ? start + stride : start;
    for (let column = 0; column < stride; column++) {
      const here = words[start + column]!;
      const under = words[below + column]!;
      const nextHere = column + 1 < stride ? words[start + column + 1]! : 0;
      const nextUnder = column + 1 < stride ? words[below + column + 1]! : 0;
      const right = (here >>> 1) | (nextHere << 31);
      const diagonal = (under >>> 1) | (nextUnder << 31);
      edges[start + column] = (here ^ right) | (here ^ under) | (here ^ diagonal);
    }
    // The last column compares along the edge only.
    const last = start + ((width - 1) >> 5);
    const bit = 1 << ((width - 1) & 31);
    const differs = (words[last]! ^ words[below + last - start]!) & bit;
    edges[last] = (edges[last]! & ~bit) | differs;
  }
  return { ...region, words: edges, firstRow, endRow };
}

/** Pixels of a region. */
export function countPixels({ words, stride, firstRow, endRow }: BitRegion): number {
  let count = 0;
  for (let i = firstRow * stride; i < endRow * stride; i++) count += countBits(words[i]!);
  return count;
}

/**
 * How many pixels of `region` lie within `radius` (Euclidean, inclusive, between pixel centres) of a pixel of `target`: the
 * pixels of `region` under `target` dilated by a disk, without dilating. Rows of bits answer for many pixels at a time:
 * first whether the square around a pixel has any, which most that are far away have not, then the rows of the disk, from
 * the middle on.
 */
export function countWithinDisk(region: BitRegion, target: BitRegion, radius: number): number {
  const { stride, words, width } = region;
  const reach = Array.from({ length: radius + 1 }, (_, dy) => Math.floor(Math.sqrt(radius * radius - dy * dy)));
  const band = rowsTogether(target, radius);
  const bandStart = target.firstRow - radius;
  const firstRow = Math.max(region.firstRow, bandStart);
  const endRow = Math.min(region.endRow, target.endRow + radius);
  let count = 0;
  for (let row = firstRow; row < endRow; row++) {
    for (let column = 0; column < stride; column++) {
      for (let rest = words[row * stride + column]!; rest !== 0; rest &= rest - 1) {
        const x = column * 32 + 31 - Math.clz32(rest & -rest);
        const from = Math.max(x - radius, 0);
        const to = Math.min(x + radius, width - 1);
        if (hasPixel(band, (row - bandStart) * stride, from, to) && isNear(target, x, row, reach)) count += 1;
      }
    }
  }
  return count;
}

/** For each row from `firstRow - radius` to `endRow - 1 + radius` the pixels that any row within `radius` of it has. */
function rowsTogether({ words, stride, firstRow, endRow }: BitRegion, radius: number): Int32Array {
  const band = new Int32Array((endRow - firstRow + 2 * radius) * stride);
  // Row y of the region stands for rows y to y, at the middle of those it will stand for in the end.
  band.set(words.subarray(firstRow * stride, endRow * stride), 2 * radius * stride);
  for (let covered = 1; covered < 2 * radius + 1; ) {
    const step = Math.min(covered, 2 * radius + 1 - covered);
    const ahead = step * stride;
    for (let i = 0; i + ahead < band.length; i++) band[i]! |= band[i + ahead]!;
    covered += step;
  }
  return band;
}

function isNear(target: BitRegion, x: number, y: number, reach: readonly number[]): boolean {
  const { words, stride, width, firstRow, endRow } = target;
  for (let dy = 0; dy < reach.length; dy++) {
    const from = Math.max(x - reach[dy]!, 0);
    const to = Math.min(x + reach[dy]!, width - 1);
    const above = y - dy;
    const below = y + dy;
    if (above >= firstRow && above < endRow && hasPixel(words, above * stride, from, to)) return true;
    if (below >= firstRow && below < endRow && hasPixel(words, below * stride, from, to)) return true;
  }
  return false;
}

/** True if the row whose words begin at `start` has a pixel from `from` to `to`, which lie within it. */
function hasPixel(words: Int32Array, start: number, from: number, to: number): boolean {
  const first = start + (from >> 5);
  const last = start + (to >> 5);
  const head = -1 << (from & 31);
  const tail = -1 >>> (31 - (to & 31));
  if (first === last) return (words[first]! & head & tail) !== 0;
  if (((words[first]! & head) | (words[last]! & tail)) !== 0) return true;
  for (let i = first + 1; i < last; i++) if (words[i] !== 0) return true;
  return false;
}
