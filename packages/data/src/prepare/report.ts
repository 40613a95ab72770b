import { bucketOf } from './balance.js';
import type { SelectedTriplet } from './select.js';
import type { PrepareSettings } from './settings.js';
import type { SourceOutcome } from './state.js';

/** What came of one source. */
export interface SourceReport {
  readonly path: string;
  readonly license: string | null;
  /** Why it could not be used. */
  readonly failure?: string;
  readonly frames: number;
  readonly repeats: number;
  readonly scenes: number;
  readonly candidates: number;
  readonly taken: number;
}

/** A bar of the motion histogram: triplets whose fastest twentieth moves from `from` up to `to` pixels a frame. */
export interface MotionBucket {
  readonly from: number;
  /** `null`: no upper limit. */
  readonly to: number | null;
  readonly candidates: number;
  readonly taken: number;
}

/** What came of a run. */
export interface PrepareReport {
  readonly dir: string;
  readonly dryRun: boolean;
  readonly sources: readonly SourceReport[];
  /** Triplets that were looked at, by reason for which they were not taken. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Triplets that are good, and those of them that the limits left out. */
  readonly candidates: number;
  readonly overLimits: number;
  readonly train: number;
  readonly test: number;
  readonly motion: readonly MotionBucket[];
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function reportSource(source: ReportedSource, taken: number): SourceReport {
  const { path, license, outcome } = source;
  if ('failure' in outcome) {
    return { path, license, failure: outcome.failure, frames: 0, repeats: 0, scenes: 0, candidates: 0, taken: 0 };
  }
  const { frames, repeats, scenes, candidates } = outcome.analysis;
  return { path, license, frames, repeats, scenes: scenes.length, candidates: candidates.length, taken };
}

function motionBuckets(all: readonly number[], taken: readonly number[], buckets: readonly number[]): MotionBucket[] {
  const count = (peaks: readonly number[], k: number) => peaks.filter((peak) => bucketOf(peak, buckets) === k).length;
  return [...buckets, null].map((to, k) => ({
    from: k === 0 ? 0 : buckets[k - 1]!,
    to,
    candidates: count(all, k),
    taken: count(taken, k),
  }));
}

/** A source with what became of it. */
export interface ReportedSource {
  readonly path: string;
  readonly license: string | null;
  readonly outcome: SourceOutcome;
}

/** Adds up what came of a run. */
export function createReport(
  dir: string,
  dryRun: boolean,
  sources: readonly ReportedSource[],
  selected: readonly SelectedTriplet[],
  settings: PrepareSettings,
): PrepareReport {
  const analyses = sources.flatMap(({ outcome }) => ('analysis' in outcome ? [outcome.analysis] : []));
  const dropped: Record<string, number> = {};
  for (const analysis of analyses) {
    for (const [reason, count] of Object.entries(analysis.dropped)) dropped[reason] = (dropped[reason] ?? 0) + count;
  }
  const peaks = analyses.flatMap(({ candidates }) => candidates.map(({ motion }) => motion.peak));
  const test = selected.filter(({ split }) => split === 'test').length;
  return {
    ...{ dir, dryRun, dropped, test, train: selected.length - test },
    sources: sources.map((source, k) => reportSource(source, selected.filter((one) => one.source === k).length)),
    candidates: sum(analyses.map(({ candidates }) => candidates.length)),
    overLimits: peaks.length - selected.length,
    motion: motionBuckets(
      peaks,
      selected.map(({ motion }) => motion.peak),
      settings.buckets,
    ),
  };
}
