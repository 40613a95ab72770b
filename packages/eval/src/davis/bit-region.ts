import type { Mask } from '@vosvfi/core';
import { pixelGroups } from './labels.js';

/** A region of a picture, one bit a pixel: bit x % 32 of word `y * stride + floor(x / 32)`. Bits beyond the width are 0. */
export interface BitRegion {
  readonly width: number;
  readonly height: number;
  /** Words of a row. */
  readonly stride: number;
  readonly words: Int32Array;
  /** Rows outside `firstRow` to `endRow - 1` are empty. */
  readonly firstRow: number;
  readonly endRow: number;
}

/**
 * The regions of a mask's objects, in one pass over it.
 * @param objectOf For each label (0 to 255; 0, the background, is none) the place of its object from 1 on, or 0 for none.
 * @param count Number of objects.
 */
export function packRegions(mask: Mask, objectOf: Uint8Array, count: number): BitRegion[] {
  const { data, width, height } = mask;
  const stride = Math.ceil(width / 32);
  const words = Array.from({ length: count }, () => new Int32Array(stride * height));
  const packPixels = (start: number, end: number): void => {
    for (let pixel = start; pixel < end; pixel++) {
      const object = objectOf[data[pixel]!]!;
      const row = Math.trunc(pixel / width);
      const x = pixel - row * width;
      if (object > 0) words[object - 1]![row * stride + (x >> 5)]! |= 1 << (x & 31);
    }
  };
  const { groups, rest } = pixelGroups(data);
  let row = 0;
  let rowStart = 0;
  for (let group = 0; group < groups.length; group++) {
    // Most of a picture is background, and most of the rest lies within one object.
    while (isEmptyRun(groups, group)) group += runLength;
    const value = groups[group]!;
    if (value === 0) continue;
    const pixel = group * 4;
    for (; pixel >= rowStart + width; rowStart += width) row += 1;
    const x = pixel - rowStart;
    const label = value & 255;
    if (value === Math.imul(label, 0x01010101) && x + 4 <= width && (x & 31) <= 28) {
      const object = objectOf[label]!;
      if (object > 0) words[object - 1]![row * stride + (x >> 5)]! |= 15 << (x & 31);
    } else packPixels(pixel, pixel + 4);
  }
  packPixels(rest, data.length);
  return words.map((packed) => withRows({ width, height, stride, words: packed }));
}

/** Groups that are looked at together. */
const runLength = 4;

function isEmptyRun(groups: Int32Array, start: number): boolean {
  if (start + runLength >= groups.length) return false;
  return (groups[start]! | groups[start + 1]! | groups[start + 2]! | groups[start + 3]!) === 0;
}

/** Finds the rows that are not empty. */
function withRows(region: Omit<BitRegion, 'firstRow' | 'endRow'>): BitRegion {
  const { words, stride } = region;
  let [first, end] = [0, words.length];
  while (first < end && words[first] === 0) first += 1;
  while (end > first && words[end - 1] === 0) end -= 1;
  return { ...region, firstRow: Math.trunc(first / stride), endRow: Math.ceil(end / stride) };
}

/** A table for {@link packRegions}: every label above 0 is one object. */
export const mergedLabels: Uint8Array = new Uint8Array(256).fill(1, 1);

/** A table for {@link packRegions}: labels 1 to `count` are objects. */
export function separateLabels(count: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, label) => (label <= count ? label : 0));
}

/** The region of all labels above 0, without the pixels that `ignore` marks. */
export function wholeRegion(mask: Mask, ignore?: Mask): BitRegion {
  const [region] = packRegions(mask, mergedLabels, 1) as [BitRegion];
  if (ignore === undefined) return region;
  const [ignored] = packRegions(ignore, mergedLabels, 1) as [BitRegion];
  return { ...region, words: region.words.map((word, i) => word & ~ignored.words[i]!) };
}

/** Bits that are set in a word. */
export function countBits(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
