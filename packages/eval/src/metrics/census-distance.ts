import { type Frame, ShapeError } from '@vosvfi/core';
import { peakOf, requireComparable } from './samples.js';

/**
 * How neighbourhoods are compared.
 * - `soft`: difference d of each neighbour to the centre becomes d / sqrt(0.81 + d^2), and the squared difference e of two
 *   such numbers e / (0.1 + e) (Meister et al., "UnFlow", AAAI 2018; the census term of RIFE's and IFRNet's training).
 * - `hamming`: share of neighbours that are darker than the centre in one frame and not in the other (Zabih and Woodfill,
 *   ECCV 1994).
 */
export type CensusVariant = 'soft' | 'hamming';

/** Options of {@link censusDistance}. */
export interface CensusOptions {
  /** Default `soft`. */
  readonly variant?: CensusVariant;
  /** Neighbourhoods have 2 radius + 1 rows and columns. Default 3. */
  readonly radius?: number;
}

/**
 * Census distance: how much local structure differs, whatever the brightness. Neighbourhoods of the mean of R, G and B in
 * 0..1, of pixels whose neighbourhood is inside the picture; mean over neighbours and pixels. Range 0..1, 0 for equal
 * frames.
 * @throws ShapeError if the frames differ in size or are not larger than 2 radius; MediaError if one is not finite.
 */
export function censusDistance(reference: Frame, distorted: Frame, options: CensusOptions = {}): number {
  requireComparable(reference, distorted);
  const { variant = 'soft', radius = 3 } = options;
  const { width, height } = reference;
  if (Math.min(width, height) <= 2 * radius) {
    throw new ShapeError(
      'frames for census distance',
      `more than ${2 * radius} rows and columns`,
      `${width}x${height}`,
    );
  }
  const [a, b] = [greyOf(reference), greyOf(distorted)];
  const compare = variant === 'soft' ? softDifference : orderDifference;
  let sum = 0;
  for (let y = radius; y < height - radius; y++) {
    for (let x = radius; x < width - radius; x++) {
      const centre = y * width + x;
      for (let dy = -radius; dy <= radius; dy++) {
        for (let dx = -radius; dx <= radius; dx++) {
          if (dx === 0 && dy === 0) continue;
          const neighbour = centre + dy * width + dx;
          sum += compare(a[neighbour]! - a[centre]!, b[neighbour]! - b[centre]!);
        }
      }
    }
  }
  const neighbours = (2 * radius + 1) ** 2 - 1;
  return sum / (neighbours * (width - 2 * radius) * (height - 2 * radius));
}

function greyOf(frame: Frame): Float64Array {
  const scale = 1 / (3 * peakOf(frame));
  const { data } = frame;
  return Float64Array.from(
    { length: frame.width * frame.height },
    (_, i) => scale * (data[3 * i]! + data[3 * i + 1]! + data[3 * i + 2]!),
  );
}

function softDifference(a: number, b: number): number {
  const difference = a / Math.sqrt(0.81 + a * a) - b / Math.sqrt(0.81 + b * b);
  const square = difference * difference;
  return square / (0.1 + square);
}

function orderDifference(a: number, b: number): number {
  return a < 0 === b < 0 ? 0 : 1;
}
