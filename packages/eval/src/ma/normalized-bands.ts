import { symmetricEigen } from '../niqe/symmetric-eigen.js';
import { type Plane, withoutBorder, withoutMean } from './plane.js';
import { enlargeBicubic } from './resize-bicubic.js';

/** Rows and columns that are left away on each side of a band of the first scale; half as many of the second. */
const GUARD = 16;
const WINDOW = 3;
const BORDER = (WINDOW - 1) / 2;
const EPSILON = 1e-12;

/**
 * Bands of a pyramid divided by what their neighbours make expect: the 3x3 around each value, the same place of the band
 * above (if there is one) and of the other orientations. Band by band without its guard and with mean 0.
 * Source: Ma et al., section 3.2; Wainwright and Simoncelli, "Scale mixtures of Gaussians and the statistics of natural
 * images", NIPS 1999.
 * @param scales Bands of each scale, the finest first.
 */
export function normalizedBands(scales: readonly (readonly Plane[])[]): Plane[][] {
  return scales
    .map((bands, scale) => {
      return bands.map((band, i) => {
        const above = scales[scale + 1]?.[i];
        const others = bands.filter((_, other) => other !== i);
        return withoutBorder(divided(band, above, others), GUARD >> scale);
      });
    })
    .map((bands) => bands.map((band) => ({ ...band, data: withoutMean(band.data) })));
}

/** A neighbour's plane, and how far its value lies from the place it belongs to. */
interface Neighbour {
  readonly data: Float64Array;
  readonly offset: number;
}

function divided(band: Plane, above: Plane | undefined, others: readonly Plane[]): Plane {
  const { data, width } = band;
  const neighbours: Neighbour[] = Array.from({ length: WINDOW * WINDOW }, (_, i) => {
    return { data, offset: (Math.floor(i / WINDOW) - BORDER) * width + (i % WINDOW) - BORDER };
  });
  if (above !== undefined) neighbours.push({ data: enlargeBicubic(above, band).data, offset: 0 });
  /** The other orientations are not counted here, as in the authors' program. */
  const counted = neighbours.length;
  for (const other of others) neighbours.push({ data: other.data, offset: 0 });
  const vectors = neighbourVectors(neighbours, band);
  const size = neighbours.length;
  const inverse = inverseOfProducts(vectors, size);
  const inner = withoutBorder(band, BORDER);
  const centred = withoutMean(inner.data);
  for (let i = 0; i < centred.length; i++) {
    const expected = Math.sqrt(Math.max(0, form(inverse, vectors, i * size, size) / counted));
    centred[i] = expected === 0 ? 0 : centred[i]! / (expected + EPSILON);
  }
  return { ...inner, data: centred };
}

/** For each place inside the border its neighbours' values, [place, neighbour]. */
function neighbourVectors(neighbours: readonly Neighbour[], { width, height }: Plane): Float64Array {
  const size = neighbours.length;
  const vectors = new Float64Array((width - 2 * BORDER) * (height - 2 * BORDER) * size);
  for (const [n, { data, offset }] of neighbours.entries()) {
    let at = n;
    for (let y = BORDER; y < height - BORDER; y++) {
      for (let i = y * width + BORDER; i < (y + 1) * width - BORDER; i++, at += size) vectors[at] = data[i + offset]!;
    }
  }
  return vectors;
}

/** Inverse of the mean products of the values, [size, size]; directions in which they do not vary count as 0. */
function inverseOfProducts(vectors: Float64Array, size: number): Float64Array {
  const products = new Float64Array(size * size);
  for (let at = 0; at < vectors.length; at += size) {
    for (let i = 0; i < size; i++) {
      const value = vectors[at + i]!;
      for (let j = 0; j <= i; j++) products[i * size + j]! += value * vectors[at + j]!;
    }
  }
  const count = vectors.length / size;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) products[j * size + i] = products[i * size + j]! /= count;
  }
  const { values, vectors: directions } = symmetricEigen(products, size);
  const inverse = new Float64Array(size * size);
  const positive = values.map((value) => Math.max(0, value));
  const sum = (of: Float64Array) => of.reduce((total, value) => total + value, 0);
  const scale = sum(values) / sum(positive);
  const smallest = size * 2 ** -52 * Math.max(...positive);
  for (let k = 0; k < size; k++) {
    if (positive[k]! <= smallest) continue;
    const weight = 1 / (positive[k]! * scale);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        inverse[i * size + j]! += weight * directions[i * size + k]! * directions[j * size + k]!;
      }
    }
  }
  return inverse;
}

/** x^T A x with the `size` values of x from index `at` on. */
function form(matrix: Float64Array, vectors: Float64Array, at: number, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) {
    let row = 0;
    for (let j = 0; j < size; j++) row += matrix[i * size + j]! * vectors[at + j]!;
    sum += row * vectors[at + i]!;
  }
  return sum;
}
