import { logGamma } from './gamma-function.js';

/** An asymmetric generalized Gaussian: shape, and the widths of its two sides. */
export interface AsymmetricGaussian {
  readonly shape: number;
  readonly left: number;
  readonly right: number;
}

/** Shapes that are tried: 0.2 to 10 in steps of 0.001. */
const shapes = Float64Array.from({ length: 9801 }, (_, i) => 0.2 + 0.001 * i);
/** Gamma(2/s)^2 / (Gamma(1/s) Gamma(3/s)) for each shape; it grows with the shape. */
const ratios = shapes.map((s) => Math.exp(2 * logGamma(2 / s) - logGamma(1 / s) - logGamma(3 / s)));

/**
 * Fits an asymmetric generalized Gaussian by moments. All NaN where `values` has nothing on one side of 0.
 * Source: Lasmar et al., "Multiscale skewed heavy tailed model for texture analysis", ICIP 2009, as NIQE uses it.
 */
export function fitAsymmetricGaussian(values: Float64Array): AsymmetricGaussian {
  let leftSum = 0;
  let rightSum = 0;
  let absolute = 0;
  let squared = 0;
  let leftCount = 0;
  let rightCount = 0;
  // Signs are as good as random here: arithmetic instead of branches that could not be foretold.
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const size = Math.abs(value);
    const left = 0.5 * (size - value);
    const right = 0.5 * (size + value);
    squared += value * value;
    absolute += size;
    leftSum += left * left;
    rightSum += right * right;
    leftCount += +(value < 0);
    rightCount += +(value > 0);
  }
  const left = Math.sqrt(leftSum / leftCount);
  const right = Math.sqrt(rightSum / rightCount);
  const skew = left / right;
  const moment = (absolute / values.length) ** 2 / (squared / values.length);
  const wanted = (moment * (skew ** 3 + 1) * (skew + 1)) / (skew * skew + 1) ** 2;
  const shape = Number.isNaN(wanted) ? Number.NaN : shapes[nearestRatio(wanted)]!;
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
