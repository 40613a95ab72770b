import type { Mask } from '@vosvfi/core';
import { type BitRegion, emptyRegion, withoutRegion } from './bit-region.js';
import { forEachRun, type RunTaker } from './label-runs.js';

/** Regions of a mask's objects. */
export interface PackedRegions {
  readonly regions: readonly BitRegion[];
  /** Whether the mask has a label above 0 that belongs to no object. */
  readonly hasOtherLabels: boolean;
}

/** A table for {@link packRegions}: every label above 0 is one object. */
export const mergedLabels: Uint8Array = new Uint8Array(256).fill(1, 1);

/** A table for {@link packRegions}: labels 1 to `count` are objects. */
export function separateLabels(count: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, label) => (label <= count ? label : 0));
}

/**
 * The regions of a mask's objects, in one pass over its runs of equal labels.
 * @param objectOf For each label (0 to 255; 0, the background, is none) the place of its object from 1 on, or 0 for none.
 * @param count Number of objects.
 */
export function packRegions(mask: Mask, objectOf: Uint8Array, count: number): PackedRegions {
  const packer = new Packer(mask, objectOf, count);
  forEachRun(mask.data, packer);
  return packer;
}

/** The region of all labels above 0, without the pixels that `ignore` marks. */
export function wholeRegion(mask: Mask, ignore?: Mask): BitRegion {
  const region = packRegions(mask, mergedLabels, 1).regions[0]!;
  return ignore === undefined ? region : withoutRegion(region, wholeRegion(ignore));
}

/** A region while it is packed. */
type Draft = { -readonly [Key in keyof BitRegion]: BitRegion[Key] };

class Packer implements PackedRegions, RunTaker {
  readonly regions: readonly Draft[];
  hasOtherLabels = false;
  private readonly width: number;
  private readonly objectOf: Uint8Array;
  private row = 0;
  private rowStart = 0;

  constructor({ width, height }: Mask, objectOf: Uint8Array, count: number) {
    this.regions = Array.from({ length: count }, () => ({ ...emptyRegion(width, height) }));
    this.width = width;
    this.objectOf = objectOf;
  }

  take(label: number, start: number, end: number): void {
    const object = this.objectOf[label]!;
    if (object === 0) {
      this.hasOtherLabels = true;
      return;
    }
    const region = this.regions[object - 1]!;
    for (let pixel = start; pixel < end; ) {
      for (; pixel >= this.rowStart + this.width; this.rowStart += this.width) this.row += 1;
      const stop = Math.min(end, this.rowStart + this.width);
      setRun(region, this.row, pixel - this.rowStart, stop - this.rowStart);
      pixel = stop;
    }
  }
}

/** Sets the pixels of a row from `from` to `end - 1`, none of which is set. Rows come one after the other. */
function setRun(region: Draft, row: number, from: number, end: number): void {
  const { words } = region;
  const start = row * region.stride + 1;
  const first = from >> 5;
  const last = (end - 1) >> 5;
  const head = -1 << (from & 31);
  const tail = -1 >>> (31 - ((end - 1) & 31));
  if (first === last) words[start + first]! |= head & tail;
  else {
    words[start + first]! |= head;
    for (let i = start + first + 1; i < start + last; i++) words[i] = -1;
    words[start + last]! |= tail;
  }
  region.pixels += end - from;
  if (row < region.firstRow) region.firstRow = row;
  if (first < region.firstColumn) region.firstColumn = first;
  if (last >= region.endColumn) region.endColumn = last + 1;
  region.endRow = row + 1;
}
