import type { EvaluationResult } from '@vosvfi/eval';
import { formatValue, type Metric, metricOf } from './values.js';

/** Two models by one metric. */
export type Comparison = EvaluationResult['comparisons'][number];

/** Whether the interval tells the two apart. */
export function isClear({ interval: [low, high] }: Comparison): boolean {
  return low > 0 || high < 0;
}

/** The one with the better mean. */
export function bestOf({ first, second, difference }: Comparison, { isHigherBetter }: Metric): string {
  return difference > 0 === isHigherBetter ? first : second;
}

/** Digits after the point that show an interval's width with two digits, and no fewer than the metric has. */
export function comparisonDigits({ interval: [low, high] }: Comparison, { digits }: Metric): number {
  const width = high - low;
  if (!(width > 0)) return digits;
  return Math.min(digits + 4, Math.max(digits, 1 - Math.floor(Math.log10(width))));
}

/** Items that count in a comparison: those with a mean of both models. */
export function pairsWithBoth({ items }: EvaluationResult, { metric, first, second }: Comparison): number {
  const has = (values: EvaluationResult['summary'], id: string): boolean =>
    Number.isFinite(metricOf(values, id, metric) ?? Number.NaN);
  return items.filter(({ values }) => has(values, first) && has(values, second)).length;
}

/** A comparison as a sentence: who is better, by how much, how surely, on how many items. */
export function verdict(result: EvaluationResult, one: Comparison, metric: Metric): string {
  const titles = new Map(result.contestants.map(({ id, title }) => [id, title]));
  const better = bestOf(one, metric);
  const other = better === one.first ? one.second : one.first;
  const digits = comparisonDigits(one, metric);
  const unit = metric.unit === '' ? '' : ` ${metric.unit}`;
  const sign = one.difference < 0 ? -1 : 1;
  const ends = one.interval.map((end) => end * sign).sort((a, b) => a - b);
  const [low, high] = ends.map((end) => formatValue(end, digits));
  const amount = `${formatValue(Math.abs(one.difference), digits)}${unit}`;
  const basis = `${Number((100 * one.confidence).toFixed(2))} % interval ${low} to ${high}${unit}, ${pairsWithBoth(result, one)} items`;
  const [a, b] = [titles.get(better) ?? better, titles.get(other) ?? other];
  if (one.difference === 0 && low === high) return `${a} and ${b} are equal (${basis}).`;
  return isClear(one)
    ? `${a} is better than ${b} by ${amount} (${basis}).`
    : `No clear difference between ${a} and ${b}: ${a} is ahead by ${amount} (${basis}).`;
}
