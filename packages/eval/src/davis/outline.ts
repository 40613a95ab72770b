import { type BitRegion, countBits } from './bit-region.js';

/** Boundary pixels of a region, as `boundaryMap` draws them. */
export interface Outline extends BitRegion {
  /** Indices of the words that are not 0, in order. */
  readonly places: Int32Array;
}

/** Draws the boundary of a region. */
export function outline(region: BitRegion): Outline {
  const { width, height, stride, words } = region;
  const edges = new Int32Array(words.length);
  const firstRow = Math.max(0, region.firstRow - 1);
  const endRow = Math.max(firstRow, region.endRow);
  const places = new Int32Array((endRow - firstRow) * stride);
  const lastBit = 1 << ((width - 1) & 31);
  let [count, pixels] = [0, 0];
  for (let row = firstRow; row < endRow; row++) {
    const start = row * stride + 1;
    const below = row + 1 < height ? stride : 0;
    const last = start + stride - 2;
    for (let i = start; i <= last; i++) {
      const here = words[i]!;
      const under = words[i + below]!;
      const [next, nextUnder] = [words[i + 1]!, words[i + below + 1]!];
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
  return { ...region, words: edges, firstRow, endRow, pixels, places: places.subarray(0, count) };
}
