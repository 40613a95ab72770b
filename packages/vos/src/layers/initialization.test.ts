import { createRandom } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { orthogonal } from './initialization.js';

describe('orthogonal', () => {
  it.each([
    [64, 49],
    [4, 49],
    [1, 1],
  ])('makes a %i x %i matrix with orthonormal rows or columns', (rows, columns) => {
    const data = orthogonal(rows, columns, createRandom(1));
    const vectors = Array.from({ length: Math.min(rows, columns) }, (_, index) =>
      Array.from({ length: Math.max(rows, columns) }, (_, i) =>
        rows <= columns ? data[index * columns + i]! : data[i * columns + index]!,
      ),
    );
    vectors.forEach((vector, a) => {
      vectors.forEach((other, b) => {
        const product = vector.reduce((sum, value, i) => sum + value * other[i]!, 0);
        expect(product).toBeCloseTo(a === b ? 1 : 0, 6);
      });
    });
  });
});
