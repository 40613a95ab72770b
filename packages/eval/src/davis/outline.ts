import { type BitRegion, countBits } from './bit-region.js';

/** Boundary pixels of a region, as `boundaryMap` draws them. */
export interface Outline extends BitRegion {
  /** Indices of the words that are not 0, in order. */
  readonly places: Int32Array;
}

/** Draws the boundary of a region. */
export function outline(region: BitRegion): Outline {
  const { width, height, stride, words, endColumn } = region;
  const edges = new Int32Array(words.length);
  // A pixel left of or above the region differs from it.
  const firstRow = Math.max(0, region.firstRow - 1);
  const endRow = Math.max(firstRow, region.endRow);
  const firstColumn = Math.max(0, region.firstColumn - 1);
  const places = new Int32Array((endRow - firstRow) * Math.max(0, endColumn - firstColumn));
  const lastBit = 1 << ((width - 1) & 31);
  let count = 0;
  let pixels = 0;
  for (let row = firstRow; row < endRow; row++) {
    const start = row * stride + 1;
    const last = start + stride - 2;
    const below = row + 1 < height ? stride : 0;
    let next = words[start + firstColumn]!;
    let nextUnder = words[start + below + firstColumn]!;
    for (let i = start + firstColumn; i < start + endColumn; i++) {
      const here = next;
      const under = nextUnder;
      next = words[i + 1]!;
      nextUnder = words[i + below + 1]!;
      if ((here | under | next | nextUnder) === 0) continue;
      const right = (here >>> 1) | (next << 31);
      const diagonal = (under >>> 1) | (nextUnder << 31);
      let edge = (here ^ right) | (here ^ under) | (here ^ diagonal);
      // The last column compares along the edge only.
      if (i === last) edge = (edge & ~lastBit) | ((here ^ under) & lastBit);
      if (edge === 0) continue;
      edges[i] = edge;
      places[count++] = i;
      pixels += countBits(edge);
    }
  }
  return { ...region, words: edges, firstRow, endRow, firstColumn, pixels, places: places.subarray(0, count) };
}
