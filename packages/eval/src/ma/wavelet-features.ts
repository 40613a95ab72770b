import { contrastStructure } from './contrast-structure.js';
import { generalizedGaussianShape } from './generalized-gaussian.js';
import { normalizedBands } from './normalized-bands.js';
import type { Plane } from './plane.js';
import { enlargeBicubic } from './resize-bicubic.js';
import { steerablePyramid } from './steerable-pyramid.js';

/**
 * Global frequency features, 45 numbers, from a steerable pyramid of two scales and six orientations: the shapes of the 12
 * normalized bands; those of both scales' values of an orientation together; how like the high-pass band each band is; and
 * how like each other the finer scale's normalized bands are, pair by pair.
 * @param luma 0..255, at least 64x64.
 */
export function waveletFeatures(luma: Plane): number[] {
  const { highPass, scales } = steerablePyramid(luma);
  const normalized = normalizedBands(scales);
  const [fine, coarse] = [normalized[0]!, normalized[1]!];
  return [
    ...normalized.flat().map(({ data }) => generalizedGaussianShape(data)),
    ...fine.map(({ data }, i) => generalizedGaussianShape(joined(data, coarse[i]!.data))),
    ...scales.flat().map((band) => contrastStructure(enlargeBicubic(band, highPass), highPass)),
    ...fine.flatMap((band, i) => fine.slice(i + 1).map((other) => contrastStructure(band, other))),
  ];
}

function joined(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
