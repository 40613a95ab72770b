import { type BootstrapOptions, pairedBootstrap } from './bootstrap.js';
import type { ChosenMetric } from './choose-metrics.js';
import type { Contestant } from './contestant.js';
import type { EvaluationItem } from './item.js';
import type { Measurement } from './measurement.js';
import type { Protocol } from './protocol-schema.js';
import type { EvaluationResult } from './result-schema.js';
import { reportedSegmentationMetrics } from './segmentation-metrics.js';
import { countInfinite, type ItemValues, itemValues, meanOverItems, median } from './summarize.js';

/** Everything that was measured. */
export interface Outcome {
  readonly protocol: Protocol;
  readonly deviations: readonly string[];
  readonly metrics: readonly ChosenMetric[];
  readonly isSegmented: boolean;
  readonly items: readonly EvaluationItem[];
  readonly contestants: readonly Contestant[];
  /** By item, then contestant, in their orders. */
  readonly measurements: readonly (readonly Measurement[])[];
  readonly pictures: EvaluationResult['pictures'];
  readonly environment: EvaluationResult['environment'];
  readonly bootstrap: BootstrapOptions;
}

/** Means, counts and comparisons of what was measured. */
export function makeResult(outcome: Outcome): EvaluationResult {
  const { protocol, items, contestants, measurements, isSegmented } = outcome;
  const metrics = reportedMetrics(outcome);
  const names = metrics.map(({ name }) => name);
  const values = measurements.map((row) => row.map((one) => itemValues(outcome.metrics, one, isSegmented)));
  const ofContestant = <T>(rows: readonly (readonly T[])[], c: number): T[] => rows.map((row) => row[c]!);
  const byContestant = <T>(make: (c: number) => T): Record<string, T> =>
    Object.fromEntries(contestants.map(({ id }, c) => [id, make(c)]));
  const { id, version, title, description, published } = protocol;
  return {
    ...{ format: 'vosvfi-evaluation', formatVersion: 1 },
    protocol: { id, version, title, description, deviations: [...outcome.deviations], published },
    metrics,
    contestants: contestants.map(({ id, title, kind, facts, timing }, c) => ({
      ...{ id, title, kind, facts: { ...facts } },
      millisecondsPerFrame: kind === 'frames' ? null : timeOf(ofContestant(measurements, c), timing),
    })),
    summary: byContestant((c) =>
      Object.fromEntries(names.map((name) => [name, meanOverItems(ofContestant(values, c).map((item) => item[name]))])),
    ),
    infinite: infiniteCounts(outcome),
    comparisons: compare(contestants, names, values, outcome.bootstrap),
    items: items.map((item, i) => ({
      id: item.id,
      values: byContestant((c) => Object.fromEntries(names.map((name) => [name, values[i]![c]![name]?.value ?? null]))),
      frames: framesOf(item, contestants, measurements[i]!),
    })),
    pictures: outcome.pictures,
    environment: outcome.environment,
  };
}

function reportedMetrics({ metrics, isSegmented }: Outcome): EvaluationResult['metrics'] {
  const own = metrics.map(({ name, average, entry: { title, unit, isHigherBetter, digits } }) => {
    return { name, title, unit, isHigherBetter, average, digits };
  });
  return isSegmented ? [...own, ...reportedSegmentationMetrics] : own;
}

function timeOf(measurements: readonly Measurement[], timing: Contestant['timing'] = 'median'): number | null {
  const times = measurements.flatMap(({ frames }) => frames.map(({ milliseconds }) => milliseconds));
  if (timing === 'median' || times.length === 0) return median(times);
  return times.reduce((sum, time) => sum + time, 0) / times.length;
}

function infiniteCounts({ contestants, metrics, measurements }: Outcome): EvaluationResult['infinite'] {
  const entries = contestants.map(({ id }, c) => {
    const own = measurements.map((row) => row[c]!);
    const counts = metrics.map(({ name }) => [name, countInfinite(name, own)] as const);
    return [id, Object.fromEntries(counts.filter(([, count]) => count > 0))] as const;
  });
  return Object.fromEntries(entries.filter(([, counts]) => Object.keys(counts).length > 0));
}

/** Every pair of contestants by every metric. */
function compare(
  contestants: readonly Contestant[],
  names: readonly string[],
  values: readonly (readonly ItemValues[])[],
  bootstrap: BootstrapOptions,
): EvaluationResult['comparisons'] {
  const comparisons: EvaluationResult['comparisons'] = [];
  contestants.forEach((first, a) => {
    for (let b = a + 1; b < contestants.length; b++) {
      for (const metric of names) {
        const pairs = values.map((item) => [item[a]![metric] ?? null, item[b]![metric] ?? null] as const);
        const found = pairedBootstrap(pairs, bootstrap);
        if (found === null) continue;
        const { interval, ...rest } = found;
        comparisons.push({ metric, first: first.id, second: contestants[b]!.id, ...rest, interval: [...interval] });
      }
    }
  });
  return comparisons;
}

function framesOf(
  item: EvaluationItem,
  contestants: readonly Contestant[],
  measurements: readonly Measurement[],
): EvaluationResult['items'][number]['frames'] {
  return [...item.predictions]
    .sort((a, b) => a.target - b.target)
    .map(({ target: index, t }) => ({
      ...{ index, name: item.frameName(index), t },
      values: Object.fromEntries(
        contestants.map(({ id }, c) => [
          id,
          measurements[c]!.frames.find((frame) => frame.index === index)?.values ?? {},
        ]),
      ),
    }));
}
