import type { TrainEvent } from '@vosvfi/train';

/** Collects loss and terms towards the end of a run, from the events that it reports. */
export interface LastTerms {
  readonly onEvent: (event: TrainEvent) => void;
  /** Means over the last tenth of the steps; the loss is called `total`. */
  means(): Record<string, number>;
}

/** @param steps Of the whole run. */
export function collectTerms(steps: number): LastTerms {
  const sums = new Map<string, { sum: number; count: number }>();
  const first = Math.floor(0.9 * steps);
  return {
    onEvent: (event) => {
      if (event.type !== 'progress' || event.step <= first) return;
      for (const [name, value] of Object.entries({ total: event.total, ...event.terms })) {
        if (!Number.isFinite(value)) continue;
        const { sum, count } = sums.get(name) ?? { sum: 0, count: 0 };
        sums.set(name, { sum: sum + value, count: count + 1 });
      }
    },
    means: () => Object.fromEntries([...sums].map(([name, { sum, count }]) => [name, sum / count])),
  };
}
