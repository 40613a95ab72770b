import type { Frame } from '@vosvfi/core';
import { createReducer } from '../prepare/reduce.js';

/** Side of the picture that is hashed: eight differences in a row. */
const SIDE = 9;

/**
 * 64 bits in four parts of 16: whether each cell of a coarse picture is lighter than its right neighbour. Pictures that
 * differ in size, compression or light have nearly the same bits.
 */
export function perceptualHash(frame: Frame): Uint16Array {
  const { width, height } = frame;
  const { luma, width: columns, height: rows } = createReducer(width, height, 64)(frame);
  const cell = (x: number, y: number) => {
    const [left, right] = [Math.floor((x * columns) / SIDE), Math.max(1, Math.floor(((x + 1) * columns) / SIDE))];
    const [top, bottom] = [Math.floor((y * rows) / 8), Math.max(1, Math.floor(((y + 1) * rows) / 8))];
    let [sum, count] = [0, 0];
    for (let row = top; row < Math.max(bottom, top + 1); row++) {
      for (let column = left; column < Math.max(right, left + 1); column++) {
        sum += luma[row * columns + column]!;
        count++;
      }
    }
    return sum / count;
  };
  const bits = new Uint16Array(4);
  for (let k = 0; k < 64; k++) {
    const [x, y] = [k & 7, k >> 3];
    if (cell(x, y) > cell(x + 1, y)) bits[k >> 4]! |= 1 << (k & 15);
  }
  return bits;
}

/** Number of bits in which two hashes differ. */
export function hashDistance(first: Uint16Array, second: Uint16Array): number {
  let distance = 0;
  for (let k = 0; k < first.length; k++) {
    for (let bits = first[k]! ^ second[k]!; bits > 0; bits &= bits - 1) distance++;
  }
  return distance;
}
