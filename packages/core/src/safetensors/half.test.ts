import { describe, expect, it } from 'vitest';
import { halfBits, halfValue } from './half.js';

describe('halfBits', () => {
  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [1 / 3, 0x3555],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [3 * 2 ** -25, 0x0002],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [2047.5, 0x6800],
    [0.99999, 0x3c00],
  ])('of %f', (value, bits) => {
    expect(halfBits(value)).toBe(bits);
  });

  it('undoes halfValue for every finite half', () => {
    const finite = Array.from({ length: 0x10000 }, (_, word) => word).filter((word) => (word & 0x7c00) !== 0x7c00);
    expect(finite.filter((word) => halfBits(halfValue(word)) !== word)).toEqual([]);
  });
});
