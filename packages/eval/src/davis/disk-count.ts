import { countBits } from './bit-region.js';
import type { Outline } from './outline.js';

/** Up to this radius a disk around the pixels of a word stays within the word and its two neighbours. */
const WORD = 32;

/**
 * How many pixels of `region` lie within `radius` (Euclidean, inclusive, between pixel centres) of a pixel of `target`: the
 * pixels of `region` under `target` dilated by a disk, without dilating all of it. A disk is a run of pixels for each of its
 * rows: from the middle row on, the pixels of a word that some run reaches are struck off, until none is left.
 */
export function countWithinDisk(region: Outline, target: Outline, radius: number): number {
  const reach = Array.from({ length: radius + 1 }, (_, dy) => Math.floor(Math.sqrt(radius * radius - dy * dy)));
  const strikeOff = radius <= WORD ? strikeOffWord : strikeOffPixels;
  let count = 0;
  for (const place of region.places) {
    const word = region.words[place]!;
    count += countBits(word & ~strikeOff(word, place, target, reach));
  }
  return count;
}

/** The bits of a word that no pixel of `target` is near. */
function strikeOffWord(word: number, place: number, target: Outline, reach: readonly number[]): number {
  const { words, stride, firstRow, endRow } = target;
  const row = Math.trunc(place / stride);
  let rest = word;
  for (let dy = 0; dy < reach.length && rest !== 0; dy++) {
    let before = 0;
    let middle = 0;
    let after = 0;
    if (row - dy >= firstRow && row - dy < endRow) {
      const i = place - dy * stride;
      before = words[i - 1]!;
      middle = words[i]!;
      after = words[i + 1]!;
    }
    if (row + dy >= firstRow && row + dy < endRow) {
      const i = place + dy * stride;
      before |= words[i - 1]!;
      middle |= words[i]!;
      after |= words[i + 1]!;
    }
    if ((before | middle | after) !== 0) rest &= ~spread(before, middle, after, reach[dy]!);
  }
  return rest;
}

/** The middle one of three words of a row after every pixel has become a run of `reach` (at most 32) more to either side. */
function spread(before: number, middle: number, after: number, reach: number): number {
  let up = middle;
  let upBefore = before;
  let down = middle;
  let downAfter = after;
  for (let covered = 0; covered < reach; ) {
    const step = Math.min(covered + 1, reach - covered);
    const back = WORD - step;
    up |= (up << step) | (upBefore >>> back);
    upBefore |= upBefore << step;
    down |= (down >>> step) | (downAfter << back);
    downAfter |= downAfter >>> step;
    covered += step;
  }
  return up | down;
}

/** {@link strikeOffWord} for any radius, pixel by pixel. */
function strikeOffPixels(word: number, place: number, target: Outline, reach: readonly number[]): number {
  const row = Math.trunc(place / target.stride);
  const column = place - row * target.stride - 1;
  let far = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) {
    const bit = rest & -rest;
    if (!isNear(target, column * WORD + 31 - Math.clz32(bit), row, reach)) far |= bit;
  }
  return far;
}

function isNear(target: Outline, x: number, y: number, reach: readonly number[]): boolean {
  const { words, stride, width, firstRow, endRow } = target;
  for (let dy = 0; dy < reach.length; dy++) {
    const from = Math.max(x - reach[dy]!, 0);
    const to = Math.min(x + reach[dy]!, width - 1);
    const [above, below] = [y - dy, y + dy];
    if (above >= firstRow && above < endRow && hasPixel(words, above * stride + 1, from, to)) return true;
    if (below >= firstRow && below < endRow && hasPixel(words, below * stride + 1, from, to)) return true;
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
