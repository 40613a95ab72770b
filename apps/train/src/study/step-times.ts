import type { TrainEvent } from '@vosvfi/train';

/** Collects how long the steps of a run take, from the events that it reports. */
export interface StepTimes {
  readonly onEvent: (event: TrainEvent) => void;
  /** Median seconds between the ends of two steps, waiting for data included; `undefined` before there are any. */
  median(): number | undefined;
  readonly seconds: readonly number[];
}

/** The first `skip` steps do not count: caches are cold. A step after a validation or checkpoint does not count either. */
export function collectStepTimes(skip = 2, now: () => number = () => performance.now() / 1000): StepTimes {
  const seconds: number[] = [];
  let previous: number | undefined;
  let seen = 0;
  return {
    seconds,
    onEvent: ({ type }) => {
      if (type === 'validation' || type === 'checkpoint') previous = undefined;
      if (type !== 'progress') return;
      const end = now();
      if (previous !== undefined && seen >= skip) seconds.push(end - previous);
      previous = end;
      seen += 1;
    },
    median: () => medianOf(seconds),
  };
}

/** Middle value, or the mean of the two middle ones; `undefined` for nothing. */
export function medianOf(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
}
