import { forEachBlock } from './blocks.js';
import { generalizedGaussianShape } from './generalized-gaussian.js';
import type { Plane } from './plane.js';

const SIZE = 7;
const STRIDE = 3;
/** Added to mean sizes before they divide: of all coefficients, and of those of one direction. */
const EPSILON = { all: 1e-7, direction: 1e-8 };

/** Orthonormal DCT-II, [frequency, sample]. */
const cosines = Float64Array.from({ length: SIZE * SIZE }, (_, i) => {
  const [k, n] = [Math.floor(i / SIZE), i % SIZE];
  return Math.sqrt((k === 0 ? 1 : 2) / SIZE) * Math.cos((Math.PI * (2 * n + 1) * k) / (2 * SIZE));
});

/** First and last column of each row of a direction; the third direction is the first one turned. */
const horizontal = rowsOf([0, 1, 6], [1, 2, 6], [2, 4, 6], [3, 5, 6]);
const diagonal = rowsOf([1, 1, 1], [2, 2, 3], [3, 2, 4], [4, 3, 6], [5, 4, 6], [6, 4, 6]);
const vertical = horizontal.map((place) => (place % SIZE) * SIZE + Math.floor(place / SIZE));
const directions = [horizontal, diagonal, vertical];

function rowsOf(...rows: readonly (readonly [row: number, first: number, last: number])[]): number[] {
  return rows.flatMap(([row, first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => row * SIZE + first + i),
  );
}

/**
 * Local frequency features of one level, 6 numbers: of the shape of the DCT coefficients of 7x7 blocks the mean of the lowest
 * tenth and of all; of their variation, and of the variance of it among three directions, the mean of the highest tenth and
 * of all.
 * @param level Luma, 0..1.
 */
export function frequencyFeatures(level: Plane): number[] {
  const shapes: number[] = [];
  const variations: number[] = [];
  const orientations: number[] = [];
  forEachBlock(
    level,
    { size: SIZE, stride: STRIDE },
    (block) => {
      const coefficients = transform(block);
      const alternating = coefficients.subarray(1);
      shapes.push(generalizedGaussianShape(alternating));
      variations.push(variation(alternating, EPSILON.all));
      const each = directions.map((places) => {
        return variation(
          Float64Array.from(places, (place) => coefficients[place]!),
          EPSILON.direction,
        );
      });
      orientations.push(sampleVariance(each));
    },
    true,
  );
  const lowest = ascending(shapes).slice(0, Math.ceil(0.1 * shapes.length) + 1);
  const highest = (values: readonly number[]) => ascending(values).slice(Math.floor(0.9 * values.length));
  return [lowest, shapes, highest(variations), variations, highest(orientations), orientations].map(meanOf);
}

function transform(block: Float64Array): Float64Array {
  const rows = new Float64Array(SIZE * SIZE);
  const out = new Float64Array(SIZE * SIZE);
  for (let y = 0; y < SIZE; y++) {
    for (let k = 0; k < SIZE; k++) {
      let sum = 0;
      for (let x = 0; x < SIZE; x++) sum += cosines[k * SIZE + x]! * block[y * SIZE + x]!;
      rows[y * SIZE + k] = sum;
    }
  }
  for (let k = 0; k < SIZE; k++) {
    for (let x = 0; x < SIZE; x++) {
      let sum = 0;
      for (let y = 0; y < SIZE; y++) sum += cosines[k * SIZE + y]! * rows[y * SIZE + x]!;
      out[k * SIZE + x] = sum;
    }
  }
  return out;
}

/** Deviation of the sizes over their mean. */
function variation(values: Float64Array, epsilon: number): number {
  const sizes = values.map(Math.abs);
  return Math.sqrt(sampleVariance(sizes)) / (meanOf(sizes) + epsilon);
}

function sampleVariance(values: ArrayLike<number>): number {
  const mean = meanOf(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - mean) ** 2;
  return sum / (values.length - 1);
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}
