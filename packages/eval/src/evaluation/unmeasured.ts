import type { ChosenMetric } from './choose-metrics.js';
import type { Contestant } from './contestant.js';
import type { Measurement } from './measurement.js';

/**
 * Which metrics say nothing about some frames, a sentence each: means are over the others. A mask that is missing or empty is the
 * usual reason, a black frame another.
 * @param measurements By the contestant's id.
 */
export function unmeasured(
  metrics: readonly ChosenMetric[],
  contestants: readonly Contestant[],
  measurements: ReadonlyMap<string, readonly Measurement[]>,
): string[] {
  return metrics.flatMap(({ name, entry }) => {
    const counts = contestants.map(({ id }) => {
      const values = measurements.get(id)!.flatMap(({ frames }) => frames.map((frame) => frame.values[name]));
      return { id, all: values.length, missing: values.filter((value) => value === null).length };
    });
    const reason = entry.needs.includes('mask') ? ' Those have no mask, or nothing in it to measure.' : '';
    const [first] = counts;
    if (first !== undefined && counts.every(({ missing }) => missing === first.missing)) {
      return first.missing === 0 ? [] : [`${name}: ${share(first)} without a value.${reason}`];
    }
    return counts
      .filter(({ missing }) => missing > 0)
      .map((count) => `${name}: ${share(count)} of ${count.id} without a value.${reason}`);
  });
}

function share({ all, missing }: { readonly all: number; readonly missing: number }): string {
  return missing === all ? `all ${all} frames are` : `${missing} of ${all} frames ${missing === 1 ? 'is' : 'are'}`;
}
