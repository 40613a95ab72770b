import { logGamma } from '../niqe/gamma-function.js';

const EPSILON = 1e-7;
/** Shapes that are tried: 0.03 to 10 in steps of 0.001. */
const shapes = Float64Array.from({ length: 9971 }, (_, i) => 0.03 + 0.001 * i);
/** Variance over squared mean deviation of each shape, Gamma(1/s) Gamma(3/s) / Gamma(2/s)^2; it falls as the shape grows. */
const ratios = shapes.map((s) => Math.exp(logGamma(1 / s) + logGamma(3 / s) - 2 * logGamma(2 / s)));

/** Shape of the generalized Gaussian whose ratio of variance to squared mean deviation is that of the values, 0.03..10. */
export function generalizedGaussianShape(values: ArrayLike<number>): number {
  const count = values.length;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i]!;
  const mean = sum / count;
  let squares = 0;
  let sizes = 0;
  for (let i = 0; i < count; i++) {
    const difference = values[i]! - mean;
    squares += difference * difference;
    sizes += Math.abs(difference);
  }
  return shapes[nearest(squares / (count - 1) / ((sizes / count) ** 2 + EPSILON))]!;
}

/** Index of the ratio that is nearest; of two equally near ones the first. */
function nearest(wanted: number): number {
  let low = 0;
  let high = ratios.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ratios[middle]! > wanted) low = middle + 1;
    else high = middle;
  }
  return low > 0 && ratios[low - 1]! - wanted <= wanted - ratios[low]! ? low - 1 : low;
}
