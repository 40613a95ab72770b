import { createRandom } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { filteringMatrices } from './toom-cook.js';

const random = createRandom(3);
const draw = (count: number) => Array.from({ length: count }, () => random.uniform(-1, 1));
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const apply = (matrix: readonly (readonly number[])[], x: readonly number[]) => matrix.map((row) => dot(row, x));

describe('filteringMatrices', () => {
  it.each([
    { outputs: 2, taps: 3, points: [0, 1, -1] },
    { outputs: 4, taps: 3, points: [0, 0.5, -0.5, 2, -2] },
    { outputs: 3, taps: 2, points: [0, 1, -1] },
  ])('correlates: $outputs outputs of $taps taps', ({ outputs, taps, points }) => {
    const { filter, input, output } = filteringMatrices(outputs, taps, points);
    const [g, d] = [draw(taps), draw(outputs + taps - 1)];
    const products = apply(filter, g).map((value, index) => value * apply(input, d)[index]!);
    apply(output, products).forEach((value, at) => {
      expect(value).toBeCloseTo(dot(g, d.slice(at, at + taps)), 12);
    });
  });
});
