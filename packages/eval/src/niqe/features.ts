import { asymmetricMean, fitAsymmetricGaussian } from './asymmetric-gaussian.js';
import { halve } from './halve.js';
import { localContrast } from './local-contrast.js';
import { cropPlane, type Luma } from './luma-plane.js';
import { type Block, signedSums } from './signed-sums.js';

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
  const { data } = cropPlane(luma, 0, 0, width, height);
  const full = localContrast(data, width, height);
  // The references halve luma in 0..1, pyiqa in float32.
  for (let i = 0; i < data.length; i++) data[i] = Math.fround(data[i]! / 255);
  const half = halve(data, width, height);
  for (let i = 0; i < half.length; i++) half[i] = half[i]! * 255;
  const scales = [full, localContrast(half, width / 2, height / 2)];
  return Array.from({ length: rows * columns }, (_, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    const blockOf = (plane: Float64Array, scale: number): Block => {
      const size = BLOCK >> scale;
      return { plane, width: width >> scale, top: row * size, left: column * size, size };
    };
    const values = scales.flatMap(({ normalized }, scale) => scaleFeatures(blockOf(normalized, scale)));
    return { values: Float64Array.from(values), sharpness: meanOf(blockOf(full.deviation, 0)) };
  });
}

function meanOf({ plane, width, top, left, size }: Block): number {
  let sum = 0;
  for (let y = top; y < top + size; y++) {
    for (let i = y * width + left; i < y * width + left + size; i++) sum += plane[i]!;
  }
  return sum / (size * size);
}

/** Shape and width of the values, then shape, mean and widths of the products of neighbours (going around the block). */
function scaleFeatures(block: Block): number[] {
  const [own, ...products] = signedSums(block, neighbours).map(fitAsymmetricGaussian);
  const ofProducts = products.flatMap((fit) => [fit.shape, asymmetricMean(fit), fit.left, fit.right]);
  return [own!.shape, (own!.left + own!.right) / 2, ...ofProducts];
}
