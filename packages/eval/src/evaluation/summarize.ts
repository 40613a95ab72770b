import type { ChosenMetric } from './choose-metrics.js';
import type { Measurement } from './measurement.js';
import { segmentationValues, type WeightedValue } from './segmentation-metrics.js';

/** One item's values of one contestant, with what each weighs in the mean over items. */
export type ItemValues = Readonly<Record<string, WeightedValue | null>>;

/**
 * An item's means. Infinite values and frames without a value are in no mean. In a mean over items an item weighs as many
 * frames as it has values of, or 1 where sequences count alike, or its number of objects for J and F.
 */
export function itemValues(
  metrics: readonly ChosenMetric[],
  measurement: Measurement,
  isSegmented: boolean,
): ItemValues {
  const own = metrics.map(({ name, average }): [string, WeightedValue | null] => {
    const sequence = measurement.values[name];
    if (sequence !== undefined) {
      return [name, finite(sequence).map((value) => ({ value, weight: 1 }))[0] ?? null];
    }
    const values = measurement.frames.flatMap((frame) => finite(frame.values[name]));
    if (values.length === 0) return [name, null];
    const value = values.reduce((sum, part) => sum + part, 0) / values.length;
    return [name, { value, weight: average === 'per-frame' ? values.length : 1 }];
  });
  return { ...Object.fromEntries(own), ...(isSegmented && segmentationValues(measurement.segmentation)) };
}

/** Weighted mean over items; null if none has a value. */
export function meanOverItems(items: readonly (WeightedValue | null | undefined)[]): number | null {
  let [sum, weights] = [0, 0];
  for (const item of items) {
    sum += item ? item.weight * item.value : 0;
    weights += item?.weight ?? 0;
  }
  return weights === 0 ? null : sum / weights;
}

/** How many values of a metric are infinite. */
export function countInfinite(name: string, measurements: readonly Measurement[]): number {
  return measurements.reduce((count, { frames, values }) => {
    const all = [values[name], ...frames.map((frame) => frame.values[name])];
    return count + all.filter((value) => value === Number.POSITIVE_INFINITY).length;
  }, 0);
}

/** The middle of some numbers; null if there are none. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

function finite(value: number | null | undefined): number[] {
  return value !== null && value !== undefined && Number.isFinite(value) ? [value] : [];
}
