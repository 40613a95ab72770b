import type { TestMetric } from '@vosvfi/eval';
import type { Calibration } from './calibrate.js';
import type { TrainingRecord } from './records.js';
import type { Study } from './schema.js';
import { bootstrapInterval, type Interval, type Spread, spreadOf, tInterval } from './statistics.js';
import type { TestResults } from './test-sets.js';
import type { Comparison, StudyPlan } from './variants.js';

/** One trained and tested network. */
export interface RunResult {
  readonly variant: string;
  readonly seed: number;
  readonly training: TrainingRecord;
  readonly tests: TestResults;
}

/** One cell of the table: a metric of a variant on a test set, over seeds. */
export interface Cell extends Spread {
  readonly testSet: string;
  /** Or one of those that are not trained: `repeat`, `blend`, `truth`; their `n` is 1. */
  readonly variant: string;
  readonly metric: TestMetric;
}

/** The mean difference of a metric between two variants of the same seeds. */
export interface Difference extends Comparison, Spread {
  readonly testSet: string;
  readonly metric: TestMetric;
  /** 95 %, Student's t over seeds; `null` for one seed. */
  readonly interval: Interval | null;
  /** 95 %, bootstrap over seeds and items of the test set; `null` where there is one of either. */
  readonly bootstrap: Interval | null;
}

/** Everything that a study found so far. */
export interface StudyResults {
  readonly name: string;
  readonly runsPlanned: number;
  readonly runsFinished: number;
  readonly variants: readonly string[];
  readonly metrics: readonly TestMetric[];
  readonly testSets: readonly string[];
  readonly calibration: readonly Calibration[];
  readonly cells: readonly Cell[];
  readonly differences: readonly Difference[];
  readonly runs: readonly RunResult[];
  readonly baselines: Readonly<Record<string, TestResults>>;
}

/** What {@link summarize} needs. */
export interface StudyFindings {
  readonly study: Study;
  readonly plan: StudyPlan;
  readonly planned: number;
  readonly runs: readonly RunResult[];
  readonly baselines: Readonly<Record<string, TestResults>>;
  readonly calibration: readonly Calibration[];
}

/** Means and spreads over seeds, and differences between variants of the same seed. */
export function summarize({ study, plan, planned, runs, baselines, calibration }: StudyFindings): StudyResults {
  const testSets = Object.keys(study.evaluate);
  const variants = [...plan.variants, ...plan.equalTime].map(({ name }) => name);
  const rows = [
    ...Object.entries(baselines).map(([variant, tests]) => ({ variant, results: [tests] })),
    ...variants.map((variant) => ({
      variant,
      results: runs.filter((run) => run.variant === variant).map(({ tests }) => tests),
    })),
  ];
  const places = testSets.flatMap((testSet) => study.metrics.map((metric) => ({ testSet, metric })));
  return {
    name: study.name,
    runsPlanned: planned,
    runsFinished: runs.length,
    variants,
    metrics: study.metrics,
    testSets,
    calibration,
    cells: places.flatMap(({ testSet, metric }) =>
      rows.flatMap(({ variant, results }) => {
        const values = results.flatMap((tests) => tests[testSet]?.mean[metric] ?? []);
        const spread = spreadOf(values);
        return spread === undefined ? [] : [{ testSet, variant, metric, ...spread }];
      }),
    ),
    differences: places.flatMap(({ testSet, metric }) =>
      plan.comparisons.flatMap((comparison) => difference(comparison, runs, testSet, metric) ?? []),
    ),
    runs,
    baselines,
  };
}

function difference(
  comparison: Comparison,
  runs: readonly RunResult[],
  testSet: string,
  metric: TestMetric,
): Difference | undefined {
  const pairs = runs.flatMap((run) => {
    if (run.variant !== comparison.variant) return [];
    const other = runs.find(({ variant, seed }) => variant === comparison.reference && seed === run.seed);
    const [a, b] = [run.tests[testSet], other?.tests[testSet]];
    return a === undefined || b === undefined ? [] : [[a, b] as const];
  });
  const means = pairs.flatMap(([a, b]) => {
    const [x, y] = [a.mean[metric], b.mean[metric]];
    return typeof x === 'number' && typeof y === 'number' ? [x - y] : [];
  });
  const spread = spreadOf(means);
  if (spread === undefined) return undefined;
  // Items that have a value in every run: the bootstrap needs whole rows.
  const items = Object.keys(pairs[0]?.[0].items ?? {}).filter((item) =>
    pairs.every((pair) => pair.every(({ items: all }) => typeof all[item]?.[metric] === 'number')),
  );
  const rows = pairs.map(([a, b]) =>
    items.map((item) => (a.items[item]?.[metric] as number) - (b.items[item]?.[metric] as number)),
  );
  return { ...comparison, testSet, metric, ...spread, interval: tInterval(means), bootstrap: bootstrapInterval(rows) };
}
