import { Buffer } from 'node:buffer';

/** Who is told of runs. */
export interface RunTaker {
  /** Pixels from `start` to `end - 1` have the label, which is above 0. */
  take(label: number, start: number, end: number): void;
}

/** One label at four pixels. */
const AT_FOUR = 0x01010101;

/** The label that makes eight pixels, seven of them background, look like the number -0, which equals 0. */
const MINUS_ZERO_LABEL = 128;

/**
 * Tells of all pixels that are not background, in order and in runs of equal labels (one after another may have the same).
 * Looks at eight pixels at a time as one number: most of a picture is background, and most of the rest lies within one object.
 */
export function forEachRun(data: Uint8Array, taker: RunTaker): void {
  const wholeEights = data.length >> 3;
  // Buffers search many bytes at a time.
  const isLookedThrough = Buffer.from(data.buffer, data.byteOffset, data.length).includes(MINUS_ZERO_LABEL);
  if (isLookedThrough || wholeEights === 0) {
    eachRunOf(data, 0, data.length, taker);
    return;
  }
  const aligned = data.byteOffset % 8 === 0 ? data : data.slice();
  const eights = new Float64Array(aligned.buffer, aligned.byteOffset, wholeEights);
  const fours = new Int32Array(aligned.buffer, aligned.byteOffset, wholeEights * 2);
  for (let i = nextNonZero(eights, 0); i < wholeEights; i = nextNonZero(eights, i)) {
    const four = fours[2 * i]!;
    const label = four & 255;
    const start = i++;
    if (four === fours[2 * start + 1] && four === Math.imul(label, AT_FOUR)) {
      while (i < wholeEights && fours[2 * i] === four && fours[2 * i + 1] === four) i += 1;
      taker.take(label, 8 * start, 8 * i);
    } else eachRunOf(data, 8 * start, 8 * i, taker);
  }
  eachRunOf(data, 8 * wholeEights, data.length, taker);
}

/** {@link forEachRun} of some pixels, one by one. */
function eachRunOf(data: Uint8Array, from: number, end: number, taker: RunTaker): void {
  for (let start = from; start < end; ) {
    const label = data[start]!;
    let pixel = start + 1;
    while (pixel < end && data[pixel] === label) pixel += 1;
    if (label !== 0) taker.take(label, start, pixel);
    start = pixel;
  }
}

/** Index of the first number from `start` on that is not 0; the length if there is none. */
function nextNonZero(numbers: Float64Array, start: number): number {
  const end = numbers.length;
  let i = start;
  while (i + 4 <= end && numbers[i] === 0 && numbers[i + 1] === 0 && numbers[i + 2] === 0 && numbers[i + 3] === 0)
    i += 4;
  while (i < end && numbers[i] === 0) i += 1;
  return i;
}
