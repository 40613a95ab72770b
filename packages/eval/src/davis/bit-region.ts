import type { Mask } from '@vosvfi/core';
import { mergedLabels, packLabels } from './pack-labels.js';

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
  /** Pixels that are set. */
  readonly pixels: number;
}

/** Regions of a mask's objects. */
export interface PackedRegions {
  readonly regions: readonly BitRegion[];
  /** Whether the mask has a label above 0 that belongs to no object. */
  readonly hasOtherLabels: boolean;
}

/**
 * The regions of a mask's objects, in one pass over it.
 * @param objectOf For each label (0 to 255; 0, the background, is none) the place of its object from 1 on, or 0 for none.
 * @param count Number of objects.
 */
export function packRegions(mask: Mask, objectOf: Uint8Array, count: number): PackedRegions {
  const { bits, hasOtherLabels } = packLabels(mask.data, objectOf, count);
  return { regions: bits.map((words) => inRows(words, mask.width, mask.height)), hasOtherLabels };
}

/** Bits of all pixels one after the other (and two words that are 0) in rows of whole words. */
function inRows(bits: Int32Array, width: number, height: number): BitRegion {
  const columns = Math.ceil(width / 32);
  const stride = columns + 1;
  const words = new Int32Array(stride * height + 1);
  const lastBits = -1 >>> (columns * 32 - width);
  const { firstRow, endRow } = rowsWithBits(bits, width, height);
  let pixels = 0;
  for (let row = firstRow; row < endRow; row++) {
    const start = row * stride + 1;
    const from = (row * width) >>> 5;
    const shift = (row * width) & 31;
    for (let column = 0; column < columns; column++) {
      const low = bits[from + column]!;
      const high = bits[from + column + 1]!;
      // Shifting by 32 would shift by 0: so 31 and 1.
      let word = (low >>> shift) | ((high << 1) << (31 - shift));
      if (column === columns - 1) word &= lastBits;
      if (word === 0) continue;
      words[start + column] = word;
      pixels += word === -1 ? 32 : countBits(word);
    }
  }
  return { width, height, stride, words, firstRow, endRow, pixels };
}

/** Rows that the first and the last word with a bit touch. */
function rowsWithBits(bits: Int32Array, width: number, height: number): { firstRow: number; endRow: number } {
  let [first, end] = [0, bits.length];
  while (first < end && bits[first] === 0) first += 1;
  while (end > first && bits[end - 1] === 0) end -= 1;
  if (first === end) return { firstRow: 0, endRow: 0 };
  return { firstRow: Math.trunc((first * 32) / width), endRow: Math.min(height, Math.ceil((end * 32) / width)) };
}

/** The region of all labels above 0, without the pixels that `ignore` marks. */
export function wholeRegion(mask: Mask, ignore?: Mask): BitRegion {
  const region = packRegions(mask, mergedLabels, 1).regions[0]!;
  return ignore === undefined ? region : withoutRegion(region, wholeRegion(ignore));
}

/** A region without the pixels of another. */
export function withoutRegion(region: BitRegion, ignored: BitRegion): BitRegion {
  const words = region.words.map((word, i) => word & ~ignored.words[i]!);
  return { ...region, words, pixels: words.reduce((sum, word) => sum + countBits(word), 0) };
}

/** Bits that are set in a word. */
export function countBits(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
