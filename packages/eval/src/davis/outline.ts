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
 * pixels of `region` under `target` dilated by a disk, without dilating. For each pixel the disk's rows are looked at from
 * the middle on, a whole row at a time, until one meets `target`.
 */
export function countWithinDisk(region: BitRegion, target: BitRegion, radius: number): number {
  const { stride, words } = region;
  const reach = Array.from({ length: radius + 1 }, (_, dy) => Math.floor(Math.sqrt(radius * radius - dy * dy)));
  let count = 0;
  for (let row = region.firstRow; row < region.endRow; row++) {
    for (let column = 0; column < stride; column++) {
      for (let rest = words[row * stride + column]!; rest !== 0; rest &= rest - 1) {
        const x = column * 32 + 31 - Math.clz32(rest & -rest);
        if (isNear(target, x, row, reach)) count += 1;
      }
    }
  }
  return count;
}

function isNear(target: BitRegion, x: number, y: number, reach: readonly number[]): boolean {
  for (let dy = 0; dy < reach.length; dy++) {
    const from = Math.max(x - reach[dy]!, 0);
    const to = Math.min(x + reach[dy]!, target.width - 1);
    if (hasPixel(target, y - dy, from, to) || hasPixel(target, y + dy, from, to)) return true;
  }
  return false;
}

/** True if the region has a pixel from `from` to `to` of a row, which lie within it. */
function hasPixel(region: BitRegion, row: number, from: number, to: number): boolean {
  if (row < region.firstRow || row >= region.endRow) return false;
  const words = region.words;
  const first = row * region.stride + (from >> 5);
  const last = row * region.stride + (to >> 5);
  const head = -1 << (from & 31);
  const tail = -1 >>> (31 - (to & 31));
  if (first === last) return (words[first]! & head & tail) !== 0;
  if (((words[first]! & head) | (words[last]! & tail)) !== 0) return true;
  for (let i = first + 1; i < last; i++) if (words[i] !== 0) return true;
  return false;
}
