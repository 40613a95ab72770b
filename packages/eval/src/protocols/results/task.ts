import type { LayoutProblem } from '../../evaluation/item.js';
import type { EvaluationResult } from '../../evaluation/result-schema.js';

/** How a report shows a value. */
export type TaskMetric = EvaluationResult['metrics'][number];

/** Values by metric; null where one says nothing. */
export type TaskValues = Readonly<Record<string, number | null>>;

/** What a folder of results is worth. */
export interface TaskScores {
  readonly summary: TaskValues;
  readonly items: readonly { readonly id: string; readonly values: TaskValues }[];
  /** Frames whose value was infinite and is in no mean, by metric. */
  readonly infinite?: Readonly<Record<string, number>>;
  /** What is worth knowing beside the values, such as how many results were missing. */
  readonly facts?: Readonly<Record<string, number | string>>;
}

/** A data set with annotations, ready to judge folders of results. */
export interface OpenedTask {
  /** Names of the sequences or objects that can be evaluated. */
  readonly items: readonly string[];
  readonly problems: readonly LayoutProblem[];
  readonly metrics: readonly TaskMetric[];
  /** @throws MediaError naming a result that is missing, damaged or does not fit its annotation. */
  score(folder: string): Promise<TaskScores>;
}

/** A metric in percent of which more is better. */
export function percentMetric(name: string, title: string): TaskMetric {
  return { name, title, unit: '%', isHigherBetter: true, average: 'per-sequence', digits: 1 };
}

/** Mean of the values that are numbers; null if none is. */
export function meanOfValues(values: readonly (number | null)[]): number | null {
  const numbers = values.filter((value): value is number => value !== null && Number.isFinite(value));
  return numbers.length === 0 ? null : numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

/** Means over items of each metric. */
export function summarizeItems(items: TaskScores['items'], metrics: readonly TaskMetric[]): TaskValues {
  return Object.fromEntries(
    metrics.map(({ name }) => [name, meanOfValues(items.map(({ values }) => values[name] ?? null))]),
  );
}
