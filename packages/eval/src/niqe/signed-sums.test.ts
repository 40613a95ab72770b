import { createRandom } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { type SignedSums, signedSums } from './signed-sums.js';

const shifts = [
  [0, 1],
  [1, 0],
  [1, 1],
  [1, -1],
] as const;

/** Sums by the definition. */
function sumsOf(values: readonly number[]): SignedSums {
  const squares = (kept: (value: number) => boolean): number =>
    values.filter(kept).reduce((sum, value) => sum + value * value, 0);
  return {
    count: values.length,
    negatives: values.filter((value) => value < 0).length,
    positives: values.filter((value) => value > 0).length,
    negativeSquares: squares((value) => value < 0),
    positiveSquares: squares((value) => value > 0),
    absolutes: values.reduce((sum, value) => sum + Math.abs(value), 0),
  };
}

describe('signedSums', () => {
  it.each([
    { size: 2, width: 2, top: 0, left: 0 },
    { size: 6, width: 11, top: 3, left: 4 },
    { size: 130, width: 140, top: 1, left: 9 },
  ])('sums a block and its products with shifted copies that go around it: %o', ({ size, width, top, left }) => {
    const random = createRandom(5);
    // A third of the values are 0, which has no sign.
    const plane = Float64Array.from({ length: width * (top + size) }, () => random.integer(-1, 1) * random.normal());
    const at = (y: number, x: number): number =>
      plane[(top + ((y + size) % size)) * width + left + ((x + size) % size)]!;
    const places = Array.from({ length: size * size }, (_, i) => [Math.floor(i / size), i % size] as const);
    const expected = [
      sumsOf(places.map(([y, x]) => at(y, x))),
      ...shifts.map(([row, column]) => sumsOf(places.map(([y, x]) => at(y, x) * at(y - row, x - column)))),
    ];
    const found = signedSums({ plane, width, top, left, size }, shifts);
    expect(found.length).toBe(expected.length);
    found.forEach((sums, i) => {
      for (const name of ['count', 'negatives', 'positives'] as const) expect(sums[name]).toBe(expected[i]![name]);
      for (const name of ['negativeSquares', 'positiveSquares', 'absolutes'] as const) {
        expect(Math.abs(sums[name] - expected[i]![name])).toBeLessThanOrEqual(1e-13 * expected[i]![name]);
      }
    });
  });
});
