import { asymmetricMean, fitAsymmetricGaussian } from './asymmetric-gaussian.js';
import { halve } from './halve.js';
import { localContrast } from './local-contrast.js';

/** Height and width of the blocks that NIQE looks at. */
export const BLOCK = 96;
/** Numbers that describe a block: 18 at each of two scales. */
export const FEATURES = 36;
/** Neighbours whose products are looked at: (row, column). */
const neighbours = [
  [0, 1],
  [1, 0],
  [1, 1],
  [1, -1],
] as const;

/** A picture's luma, [height, width], 0..255. */
export interface Luma {
  readonly data: Float64Array;
  readonly width: number;
  readonly height: number;
}

/** What NIQE knows of one block. */
export interface BlockFeatures {
  /** {@link FEATURES} numbers, first those of the full scale. NaN where a block is flat. */
  readonly values: Float64Array;
  /** Mean local deviation of the block: how sharp it is. */
  readonly sharpness: number;
}

/**
 * Features of a picture's whole blocks, row by row from its top left; what is left at the right and at the bottom is not
 * looked at. None for a picture smaller than one block.
 */
export function niqeFeatures(luma: Luma): BlockFeatures[] {
  const columns = Math.floor(luma.width / BLOCK);
  const rows = Math.floor(luma.height / BLOCK);
  if (columns * rows === 0) return [];
  const [width, height] = [columns * BLOCK, rows * BLOCK];
  const full = cropped(luma, width, height);
  // The references halve luma in 0..1.
  const unit = new Float64Array(full.length);
  for (let i = 0; i < unit.length; i++) unit[i] = full[i]! / 255;
  const half = halve(unit, width, height);
  for (let i = 0; i < half.length; i++) half[i] = half[i]! * 255;
  const scales = [localContrast(full, width, height), localContrast(half, width / 2, height / 2)];
  return Array.from({ length: rows * columns }, (_, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    const values = new Float64Array(FEATURES);
    scales.forEach(({ normalized }, s) => {
      const size = BLOCK >> s;
      const block = blockOf(normalized, width >> s, row, column, size);
      values.set(scaleFeatures(block, size), (s * FEATURES) / 2);
    });
    return { values, sharpness: meanOf(blockOf(scales[0]!.deviation, width, row, column, BLOCK)) };
  });
}

function cropped({ data, width }: Luma, newWidth: number, newHeight: number): Float64Array {
  const out = new Float64Array(newWidth * newHeight);
  for (let y = 0; y < newHeight; y++) out.set(data.subarray(y * width, y * width + newWidth), y * newWidth);
  return out;
}

function blockOf(plane: Float64Array, width: number, row: number, column: number, size: number): Float64Array {
  const block = new Float64Array(size * size);
  for (let y = 0; y < size; y++) {
    const from = (row * size + y) * width + column * size;
    block.set(plane.subarray(from, from + size), y * size);
  }
  return block;
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Shape and width of the values, then shape, mean and widths of the products of neighbours (going around the block). */
function scaleFeatures(block: Float64Array, size: number): number[] {
  const own = fitAsymmetricGaussian(block);
  const buffer = new Float64Array(block.length);
  const products = neighbours.flatMap(([dy, dx]) => {
    multiplyNeighbours(block, size, dy, dx, buffer);
    const fit = fitAsymmetricGaussian(buffer);
    return [fit.shape, asymmetricMean(fit), fit.left, fit.right];
  });
  return [own.shape, (own.left + own.right) / 2, ...products];
}

/** Each value times the one that a circular shift by (dy, dx), each -1 to 1, brings to its place. */
function multiplyNeighbours(block: Float64Array, size: number, dy: number, dx: number, out: Float64Array): void {
  for (let y = 0; y < size; y++) {
    const own = y * size;
    const other = ((y - dy + size) % size) * size;
    for (let x = 1; x < size - 1; x++) out[own + x] = block[own + x]! * block[other + x - dx]!;
    for (let x = 0; x < size; x += size - 1) out[own + x] = block[own + x]! * block[other + ((x - dx + size) % size)]!;
  }
}
