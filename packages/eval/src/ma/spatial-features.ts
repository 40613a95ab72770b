import { symmetricEigen } from '../niqe/symmetric-eigen.js';
import { forEachBlock } from './blocks.js';
import type { Plane } from './plane.js';

const SIZE = 5;
const COUNT = SIZE * SIZE;

/**
 * Spatial features of one level, 25 numbers: the singular values, largest first, of the matrix whose rows are its 5x5 blocks
 * side by side (zeros beyond the right and bottom edge). They are roots of the eigenvalues of the 25x25 products, so good to
 * about 1e-8 of the largest.
 * @param level Luma, 0..1.
 */
export function spatialFeatures(level: Plane): number[] {
  const products = new Float64Array(COUNT * COUNT);
  const addProducts = (block: Float64Array): void => {
    for (let i = 0; i < COUNT; i++) {
      const value = block[i]!;
      for (let j = 0; j <= i; j++) products[i * COUNT + j]! += value * block[j]!;
    }
  };
  forEachBlock(level, { size: SIZE, stride: SIZE }, addProducts, false);
  for (let i = 0; i < COUNT; i++) {
    for (let j = 0; j < i; j++) products[j * COUNT + i] = products[i * COUNT + j]!;
  }
  const { values } = symmetricEigen(products, COUNT);
  return [...values].map((value) => Math.sqrt(Math.max(0, value))).sort((a, b) => b - a);
}
