import { createRandom } from '@vosvfi/core';

/** Mean and spread of a few values. */
export interface Spread {
  readonly mean: number;
  /** Sample standard deviation (n - 1); `null` for one value. */
  readonly standardDeviation: number | null;
  readonly n: number;
}

/** Lower and upper end. */
export type Interval = readonly [number, number];

/** Arithmetic mean; NaN for nothing. */
export function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Mean, sample standard deviation and number of values; `undefined` for none. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined;
  const mean = average(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const standardDeviation = values.length === 1 ? null : Math.sqrt(squares / (values.length - 1));
  return { mean, standardDeviation, n: values.length };
}

/**
 * 97.5 % quantiles of Student's t for 1, 2, 3 and so on degrees of freedom; beyond, that of 30 is a little too wide.
 * Source: any table of the t distribution.
 */
const tQuantiles = [
  12.7062, 4.30265, 3.18245, 2.77645, 2.57058, 2.44691, 2.36462, 2.306, 2.26216, 2.22814, 2.20099, 2.17881, 2.16037,
  2.14479, 2.13145, 2.11991, 2.10982, 2.10092, 2.09302, 2.08596, 2.07961, 2.07387, 2.06866, 2.0639, 2.05954, 2.05553,
  2.05183, 2.04841, 2.04523, 2.04227,
];

/** 95 % interval of the mean of values that are normally distributed (Student's t); `null` for fewer than two. */
export function tInterval(values: readonly number[]): Interval | null {
  const spread = spreadOf(values);
  if (spread === undefined || spread.standardDeviation === null) return null;
  const quantile = tQuantiles[Math.min(spread.n - 1, tQuantiles.length) - 1] as number;
  const reach = (quantile * spread.standardDeviation) / Math.sqrt(spread.n);
  return [spread.mean - reach, spread.mean + reach];
}

const resamples = 2000;

/**
 * 95 % interval of the mean over rows and columns by the bootstrap: rows (seeds) and columns (scenes or sequences) are both
 * drawn with replacement, so that the interval holds for other seeds and for other scenes. Percentiles of 2000 draws from a
 * fixed seed.
 * @param rows `rows[seed][item]`, all of one length.
 * @returns `null` with fewer than two rows or columns.
 */
export function bootstrapInterval(rows: readonly (readonly number[])[]): Interval | null {
  const columns = rows[0]?.length ?? 0;
  if (rows.length < 2 || columns < 2) return null;
  const random = createRandom(0xb007);
  const means = Float64Array.from({ length: resamples }, () => {
    const drawn = Array.from({ length: columns }, () => random.integer(0, columns - 1));
    let sum = 0;
    for (let i = 0; i < rows.length; i += 1) {
      const row = rows[random.integer(0, rows.length - 1)] as readonly number[];
      for (const column of drawn) sum += row[column] as number;
    }
    return sum / (rows.length * columns);
  }).sort();
  return [means[Math.floor(0.025 * resamples)] as number, means[Math.ceil(0.975 * resamples) - 1] as number];
}
