import { pixelGroups } from './labels.js';

/** Pixels of objects, one bit a pixel. */
export interface LabelBits {
  /** For each object: pixel i of the mask is bit i % 32 of word floor(i / 32). Two words more than that takes, which are 0. */
  readonly bits: readonly Int32Array[];
  /** Whether there is a label above 0 that belongs to no object. */
  readonly hasOtherLabels: boolean;
}

/** A table for {@link packLabels}: every label above 0 is one object. */
export const mergedLabels: Uint8Array = new Uint8Array(256).fill(1, 1);

/** A table for {@link packLabels}: labels 1 to `count` are objects. */
export function separateLabels(count: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, label) => (label <= count ? label : 0));
}

/** Groups of four pixels whose bits make a word. */
const GROUPS = 8;

/** One label at four pixels. */
const AT_FOUR = 0x01010101;

/**
 * Packs the pixels of each object, 32 at a time: most of a picture is background, and most of the rest lies within one object.
 * @param objectOf For each label (0 to 255; 0, the background, is none) the place of its object from 1 on, or 0 for none.
 * @param count Number of objects.
 */
export function packLabels(data: Uint8Array, objectOf: Uint8Array, count: number): LabelBits {
  const bits = Array.from({ length: count }, () => new Int32Array(Math.ceil(data.length / 32) + 2));
  const { groups } = pixelGroups(data);
  const whole = data.length >>> 5;
  let hasOtherLabels = false;
  for (let word = 0, g = 0; word < whole; word++, g += GROUPS) {
    const half = groups[g]! | groups[g + 1]! | groups[g + 2]! | groups[g + 3]!;
    const all = half | groups[g + 4]! | groups[g + 5]! | groups[g + 6]! | groups[g + 7]!;
    if (all === 0) continue;
    const label = all & 255;
    if (all === Math.imul(label, AT_FOUR) && isSame(groups, g, all)) {
      const object = objectOf[label]!;
      if (object > 0) bits[object - 1]![word] = -1;
      else hasOtherLabels = true;
    } else if (packMixed(groups, g, objectOf, bits, word)) hasOtherLabels = true;
  }
  for (let pixel = whole * 32; pixel < data.length; pixel++) {
    if (data[pixel] !== 0 && packPixel(data[pixel]!, objectOf, bits, whole, pixel & 31)) hasOtherLabels = true;
  }
  return { bits, hasOtherLabels };
}

function isSame(groups: Int32Array, start: number, value: number): boolean {
  for (let g = start; g < start + GROUPS; g++) if (groups[g] !== value) return false;
  return true;
}

/** Packs 32 pixels that are not all alike; true if one has a label of no object. */
function packMixed(
  groups: Int32Array,
  start: number,
  objectOf: Uint8Array,
  bits: readonly Int32Array[],
  word: number,
): boolean {
  let hasOther = false;
  for (let g = 0; g < GROUPS; g++) {
    const value = groups[start + g]!;
    if (value === 0) continue;
    const label = value & 255;
    if (value === Math.imul(label, AT_FOUR)) {
      const object = objectOf[label]!;
      if (object > 0) bits[object - 1]![word]! |= 15 << (4 * g);
      else hasOther = true;
      continue;
    }
    for (let byte = 0; byte < 4; byte++) {
      const one = (value >>> (8 * byte)) & 255;
      if (one !== 0 && packPixel(one, objectOf, bits, word, 4 * g + byte)) hasOther = true;
    }
  }
  return hasOther;
}

/** Sets the bit of a pixel with a label above 0; true if the label belongs to no object. */
function packPixel(label: number, objectOf: Uint8Array, bits: readonly Int32Array[], word: number, bit: number): boolean {
  const object = objectOf[label]!;
  if (object === 0) return true;
  bits[object - 1]![word]! |= 1 << bit;
  return false;
}
