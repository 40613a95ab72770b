import type { EvaluationResult } from '@vosvfi/eval';

/** A metric of a result. */
export type Metric = EvaluationResult['metrics'][number];
/** Who was measured in a result. */
export type Contestant = EvaluationResult['contestants'][number];
/** A number, infinite where a prediction is exact; null where the metric says nothing. */
export type Value = number | null;
/** Values of models, by model and metric. */
export type Values = EvaluationResult['summary'];

/** A value among those of models; null if it is not there. */
export function metricOf(values: Values, model: string, metric: string): Value {
  return values[model]?.[metric] ?? null;
}

/**
 * A mean over items as tables print it: infinite where all values are, as for a model that predicts everything exactly.
 * (Infinite values are in no mean, so that the mean itself is null.)
 */
export function meanOf(means: Values, items: EvaluationResult['items'], model: string, metric: string): Value {
  const mean = metricOf(means, model, metric);
  if (mean !== null) return mean;
  const values = items
    .flatMap((item) => [item.values, ...item.frames.map((frame) => frame.values)])
    .map((part) => metricOf(part, model, metric))
    .filter((value) => value !== null);
  return values.length > 0 && values.every((value) => value === Number.POSITIVE_INFINITY)
    ? Number.POSITIVE_INFINITY
    : null;
}

/** A value as tables print it. */
export function formatValue(value: Value, digits: number): string {
  if (value === null || Number.isNaN(value)) return '-';
  return Number.isFinite(value) ? value.toFixed(digits).replace(/^-(0(\.0*)?)$/, '$1') : value > 0 ? '∞' : '-∞';
}

/** Title and unit of a metric. */
export function metricLabel({ title, unit }: Metric): string {
  return unit === '' ? title : `${title}, ${unit}`;
}

/**
 * Whether a value, as it is printed, is the best among others: all that print alike are best. Null is never.
 * With fewer than two values, or where all print alike, there is no best.
 */
export function isBest(value: Value, all: readonly Value[], { isHigherBetter, digits }: Metric): boolean {
  const given = all.filter((one): one is number => one !== null && !Number.isNaN(one));
  if (value === null || given.length < 2) return false;
  const best = isHigherBetter ? Math.max(...given) : Math.min(...given);
  const printed = formatValue(best, digits);
  return formatValue(value, digits) === printed && given.some((one) => formatValue(one, digits) !== printed);
}
