import { ConfigError } from '@vosvfi/core';

/** What DAVIS reports of one object's values over the frames of a sequence. */
export interface SequenceStatistics {
  readonly mean: number;
  /** Share of frames with a value above 0.5 (strictly). */
  readonly recall: number;
  /** Mean over the first quarter of the frames minus mean over the last; above 0 if the result gets worse. */
  readonly decay: number;
  /** The values themselves, in frame order. */
  readonly perFrame: readonly number[];
}

const QUARTERS = 4;

/**
 * Mean, recall and decay of per-frame values. Quarters share the frame at their common end, as in the official tool
 * (which cannot handle sequences of more than 256 frames: there, and only there, this decay differs from it).
 * @throws ConfigError if there are no values.
 */
export function sequenceStatistics(values: readonly number[]): SequenceStatistics {
  if (values.length === 0) throw new ConfigError('values', 'expected at least one frame to average over, found none.');
  const end = (quarter: number): number => {
    const position = 1 + (quarter * (values.length - 1)) / QUARTERS;
    // Halves go up: the official tool adds 1e-10 before rounding.
    return Math.floor(position + 1e-10 + 0.5) - 1;
  };
  const quarterMean = (quarter: number): number => mean(values.slice(end(quarter), end(quarter + 1) + 1));
  return {
    mean: mean(values),
    recall: values.filter((value) => value > 0.5).length / values.length,
    decay: quarterMean(0) - quarterMean(QUARTERS - 1),
    perFrame: [...values],
  };
}

/** Arithmetic mean; NaN for no values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
