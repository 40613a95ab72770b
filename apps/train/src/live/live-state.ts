import type { ProgressEvent, TrainEvent } from '@vosvfi/train';
import { bestPoint } from '../metrics/metric-facts.js';

/** What a live view shows of a metric. */
export interface MetricState {
  readonly last: number;
  readonly best: number;
  readonly bestStep: number;
}

/** Everything a live view shows. */
export interface LiveState {
  readonly progress: ProgressEvent | undefined;
  /** Losses of the run so far, thinned out evenly. */
  readonly losses: readonly number[];
  readonly validationStep: number | undefined;
  readonly metrics: ReadonlyMap<string, MetricState>;
  readonly savedStep: number | undefined;
  readonly isPaused: boolean;
}

/** Losses kept; more than the widest terminal shows. */
const mostLosses = 2000;

/** Follows the events of a run. */
export interface LiveTracker {
  readonly state: LiveState;
  event(event: TrainEvent): void;
}

/** A {@link LiveTracker} that has seen nothing yet. */
export function createLiveTracker(): LiveTracker {
  let losses: number[] = [];
  /** Every so many losses are kept as their mean. */
  let every = 1;
  let group: number[] = [];
  let progress: ProgressEvent | undefined;
  let validationStep: number | undefined;
  let savedStep: number | undefined;
  let isPaused = false;
  const metrics = new Map<string, MetricState>();

  const addLoss = (loss: number): void => {
    if (!Number.isFinite(loss)) return;
    group.push(loss);
    if (group.length < every) return;
    losses.push(group.reduce((sum, value) => sum + value, 0) / group.length);
    group = [];
    if (losses.length < mostLosses) return;
    losses = losses.filter((_, i) => i % 2 === 0).map((value, i) => (value + (losses[2 * i + 1] ?? value)) / 2);
    every *= 2;
  };

  return {
    get state() {
      return { progress, losses, validationStep, metrics, savedStep, isPaused };
    },
    event: (event) => {
      if (event.type === 'progress') {
        progress = event;
        addLoss(event.total);
      } else if (event.type === 'validation') {
        validationStep = event.step;
        for (const [name, last] of Object.entries(event.metrics)) {
          const before = metrics.get(name);
          const points = [
            ...(before === undefined ? [] : [[before.bestStep, before.best] as const]),
            [event.step, last] as const,
          ];
          const [bestStep, best] = bestPoint(name, points) ?? [event.step, last];
          metrics.set(name, { last, best, bestStep });
        }
      } else if (event.type === 'checkpoint') savedStep = event.step;
      else if (event.type === 'paused') isPaused = true;
      else if (event.type === 'continued') isPaused = false;
    },
  };
}
