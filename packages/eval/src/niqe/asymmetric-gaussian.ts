import { logGamma } from './gamma-function.js';
import type { SignedSums } from './signed-sums.js';

/** An asymmetric generalized Gaussian: shape, and the widths of its two sides. */
export interface AsymmetricGaussian {
  readonly shape: number;
  readonly left: number;
  readonly right: number;
}

/**
 * Shapes that are tried: 0.2 to 10 in steps of 0.001. They are rounded as those of pyiqa, where PyTorch makes them in float32,
 * eight at a time from a rounded first one: else a fit between two shapes may go the other way, which moves scores by 1e-4.
 */
const shapes = Float64Array.from({ length: 9801 }, (_, i) => {
  const place = i % 8;
  return Math.fround(Math.fround(0.2 + 0.001 * (i - place)) + 0.001 * place);
});
/** Gamma(2/s)^2 / (Gamma(1/s) Gamma(3/s)) for each shape; it grows with the shape. */
const ratios = shapes.map((s) => Math.exp(2 * logGamma(2 / s) - logGamma(1 / s) - logGamma(3 / s)));

/**
 * Fits an asymmetric generalized Gaussian by moments. Where the values have nothing on one side of 0, a width is NaN and the shape
 * is the first that is tried: no reference finds a nearest shape there, and all of them go on with their table's first entry.
 * Source: Lasmar et al., "Multiscale skewed heavy tailed model for texture analysis", ICIP 2009, as NIQE uses it.
 */
export function fitAsymmetricGaussian(sums: SignedSums): AsymmetricGaussian {
  const left = Math.sqrt(sums.negativeSquares / sums.negatives);
  const right = Math.sqrt(sums.positiveSquares / sums.positives);
  const skew = left / right;
  const squares = sums.negativeSquares + sums.positiveSquares;
  const moment = (sums.absolutes / sums.count) ** 2 / (squares / sums.count);
  const wanted = (moment * (skew ** 3 + 1) * (skew + 1)) / (skew * skew + 1) ** 2;
  const shape = shapes[Number.isNaN(wanted) ? 0 : nearestRatio(wanted)]!;
  const width = Math.exp(0.5 * (logGamma(1 / shape) - logGamma(3 / shape)));
  return { shape, left: left * width, right: right * width };
}

/** Mean of an asymmetric generalized Gaussian. */
export function asymmetricMean({ shape, left, right }: AsymmetricGaussian): number {
  return (right - left) * Math.exp(logGamma(2 / shape) - logGamma(1 / shape));
}

function nearestRatio(wanted: number): number {
  let low = 0;
  let high = ratios.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ratios[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low > 0 && wanted - ratios[low - 1]! <= ratios[low]! - wanted ? low - 1 : low;
}
