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

type Unfinished = { -readonly [K in keyof BitRegion]: BitRegion[K] };

/**
 * The regions of a mask's objects, in one pass over it.
 * @param objectOf For each label (0 to 255; 0, the background, is none) the place of its object from 1 on, or 0 for none.
 * @param count Number of objects.
 */
export function packRegions({ data, width, height }: Mask, objectOf: Uint8Array, count: number): BitRegion[] {
  const regions = Array.from({ length: count }, () => emptyRegion(width, height));
  const packPixels = (start: number, end: number): void => {
    for (let pixel = start; pixel < end; pixel++) {
      const object = objectOf[data[pixel]!]!;
      const row = Math.trunc(pixel / width);
      if (object > 0) setBits(regions[object - 1]!, row, pixel - row * width, 1);
    }
  };
  const { groups, rest } = pixelGroups(data);
  for (let group = 0; group < groups.length; group++) {
    const value = groups[group]!;
    // Most of a picture is background, and most of the rest lies within one object.
    if (value === 0) continue;
    const pixel = group * 4;
    const row = Math.trunc(pixel / width);
    const x = pixel - row * width;
    const label = value & 255;
    if (value === label * 0x01010101 && x + 4 <= width && (x & 31) <= 28) {
      const object = objectOf[label]!;
      if (object > 0) setBits(regions[object - 1]!, row, x, 15);
    } else packPixels(pixel, pixel + 4);
  }
  packPixels(rest, data.length);
  return regions;
}

function emptyRegion(width: number, height: number): Unfinished {
  const stride = Math.ceil(width / 32);
  return { width, height, stride, words: new Int32Array(stride * height), firstRow: height, endRow: 0 };
}

/** Sets those of the pixels from `x` on (in one word) that `bits` names; rows come in ascending order. */
function setBits(region: Unfinished, row: number, x: number, bits: number): void {
  region.words[row * region.stride + (x >> 5)]! |= bits << (x & 31);
  if (row < region.firstRow) region.firstRow = row;
  region.endRow = row + 1;
}

/** A table for {@link packRegions}: every label above 0 is one object. */
export const mergedLabels: Uint8Array = new Uint8Array(256).fill(1, 1);

/** Tables for {@link packRegions}: labels 1 to `count` are objects. */
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
