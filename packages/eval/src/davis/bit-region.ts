/**
 * A region of a picture, one bit a pixel: bit x % 32 of word `y * stride + 1 + floor(x / 32)`. Bits beyond the width are 0, and
 * so are the words before and after every row, so that neighbours may be read without asking where a row ends.
 */
export interface BitRegion {
  readonly width: number;
  readonly height: number;
  /** Words from one row to the next: those of a row and one that is 0. */
  readonly stride: number;
  readonly words: Int32Array;
  /** Rows outside `firstRow` to `endRow - 1` are empty. */
  readonly firstRow: number;
  readonly endRow: number;
  /** Words of a row outside `firstColumn` to `endColumn - 1` are 0. */
  readonly firstColumn: number;
  readonly endColumn: number;
  /** Pixels that are set. */
  readonly pixels: number;
}

/** A region without a pixel; its rows and columns end before they begin. */
export function emptyRegion(width: number, height: number): BitRegion {
  const columns = Math.ceil(width / 32);
  const stride = columns + 1;
  const words = new Int32Array(stride * height + 1);
  return { width, height, stride, words, firstRow: height, endRow: 0, firstColumn: columns, endColumn: 0, pixels: 0 };
}

/** A region without the pixels of another. */
export function withoutRegion(region: BitRegion, ignored: BitRegion): BitRegion {
  const words = region.words.map((word, i) => word & ~ignored.words[i]!);
  return { ...region, words, pixels: words.reduce((sum, word) => sum + countBits(word), 0) };
}

/** Pixels of two regions of one size that both have. */
export function countCommon(a: BitRegion, b: BitRegion): number {
  const endRow = Math.min(a.endRow, b.endRow);
  const firstColumn = Math.max(a.firstColumn, b.firstColumn);
  const endColumn = Math.min(a.endColumn, b.endColumn);
  let count = 0;
  for (let row = Math.max(a.firstRow, b.firstRow); row < endRow; row++) {
    const start = row * a.stride + 1;
    for (let i = start + firstColumn; i < start + endColumn; i++) {
      const word = a.words[i]! & b.words[i]!;
      if (word !== 0) count += word === -1 ? 32 : countBits(word);
    }
  }
  return count;
}

/** Bits that are set in a word. */
export function countBits(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
