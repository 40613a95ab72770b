import { createRandom } from '@vosvfi/core';
import type { WeightedValue } from './segmentation-metrics.js';

/** How often and how surely. */
export interface BootstrapOptions {
  /** Default 0. */
  readonly seed?: number;
  /** Default 2000. */
  readonly resamples?: number;
  /** In (0, 1); default 0.95. */
  readonly confidence?: number;
}

/** A difference of two means and the interval that resampling gives it. */
export interface PairedDifference {
  readonly difference: number;
  readonly interval: readonly [number, number];
  readonly confidence: number;
  readonly resamples: number;
}

/** Items' values of two models; an item counts only where both have one. */
export type PairedValues = readonly (readonly [WeightedValue | null, WeightedValue | null])[];

/**
 * Paired percentile bootstrap: items are drawn with replacement, as many as there are, and the difference of the two models'
 * weighted means is taken each time. Deterministic: the same values and seed give the same interval.
 * Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13.
 * @returns null if fewer than two items have values of both: one says nothing about others.
 */
export function pairedBootstrap(
  pairs: PairedValues,
  { seed = 0, resamples = 2000, confidence = 0.95 }: BootstrapOptions = {},
): PairedDifference | null {
  const complete = pairs.filter(
    (pair): pair is readonly [WeightedValue, WeightedValue] => pair[0] !== null && pair[1] !== null,
  );
  if (complete.length < 2) return null;
  const everyItem = complete.map((_, i) => i);
  const random = createRandom(seed);
  const differences = Float64Array.from({ length: resamples }, () =>
    differenceOf(
      complete,
      everyItem.map(() => random.integer(0, complete.length - 1)),
    ),
  ).sort();
  const tail = (1 - confidence) / 2;
  return {
    difference: differenceOf(complete, everyItem),
    interval: [quantile(differences, tail), quantile(differences, 1 - tail)],
    ...{ confidence, resamples },
  };
}

function differenceOf(pairs: readonly (readonly [WeightedValue, WeightedValue])[], drawn: readonly number[]): number {
  const sums = [0, 0];
  const weights = [0, 0];
  for (const i of drawn) {
    for (const side of [0, 1] as const) {
      const { value, weight } = pairs[i]![side];
      sums[side]! += weight * value;
      weights[side]! += weight;
    }
  }
  return sums[0]! / weights[0]! - sums[1]! / weights[1]!;
}

/** Linear between the sorted values, as numpy has it. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return below + (place - Math.floor(place)) * (above - below);
}
