import type { ChannelRanges } from './calibration.js';
import type { Observation } from './observe.js';

/**
 * How a channel's range is chosen from what was seen. `min-max`: all of it. `percentile`: without the given share of a
 * sample at each end. `mse`: the part of it that gives the smallest squared error with 255 steps.
 */
export type RangeRule = 'min-max' | 'mse' | { readonly percentile: number };

/** The ranges of one value by `rule`. */
export function chooseRanges(observation: Observation, rule: RangeRule): ChannelRanges {
  const { low, high, samples } = observation;
  if (rule === 'min-max') return { low, high };
  const ranges = samples.map((sample, channel) => {
    const seen: Range = [low[channel] as number, high[channel] as number];
    return rule === 'mse' ? leastSquares(sample, seen) : percentiles(sample, seen, rule.percentile);
  });
  return { low: ranges.map(([least]) => least), high: ranges.map(([, most]) => most) };
}

type Range = readonly [number, number];

function percentiles(sample: Float32Array, [low, high]: Range, percentile: number): Range {
  const sorted = sample.slice().sort();
  const cut = Math.floor((sorted.length - 1) * (1 - percentile / 100));
  return [Math.max(sorted[cut] as number, low), Math.min(sorted[sorted.length - 1 - cut] as number, high)];
}

/** Shares of the range that are tried. */
const SHARES = [1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6, 0.5];
const LEVELS = 255;

function leastSquares(sample: Float32Array, [low, high]: Range): Range {
  let best: Range = [low, high];
  let least = Number.POSITIVE_INFINITY;
  for (const share of SHARES) {
    const [from, to] = [Math.min(low * share, 0), Math.max(high * share, 0)];
    const step = (to - from) / LEVELS || 1;
    let sum = 0;
    for (const value of sample) {
      const cut = Math.min(Math.max(value, from), to);
      const error = value - (Math.round((cut - from) / step) * step + from);
      sum += error * error;
    }
    if (sum < least) {
      least = sum;
      best = [from, to];
    }
  }
  return best;
}
