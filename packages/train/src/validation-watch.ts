import { ConfigError, TrainingError } from '@vosvfi/core';
import { checkCount, checkNonNegative } from './check.js';

/** Which way a metric of the validation should go. */
export interface MetricGoal {
  /** Its name among the validation's metrics. */
  readonly metric: string;
  /** Default `max`. */
  readonly mode?: 'max' | 'min';
}

/** When to end a run before its last step. */
export interface EarlyStop extends MetricGoal {
  /** Validations in a row without progress that end the run. */
  readonly patience: number;
  /** What counts as progress: being better than the best so far by more than this. Default 0. */
  readonly minDelta?: number;
}

/** What to watch in validations. */
export interface WatchOptions {
  readonly keepBest?: MetricGoal;
  readonly earlyStop?: EarlyStop;
}

/** The best validation so far. */
export interface BestValidation {
  readonly step: number;
  readonly value: number;
}

/** What a watch has to know to go on after a resume. Plain data. */
export interface WatchState {
  readonly best?: BestValidation | undefined;
  /** Value that progress is measured from, absent before the first validation, and validations without progress since. */
  readonly earlyStop?: { readonly value?: number | undefined; readonly waited: number } | undefined;
}

/** Watches validations for the best one and for the end of progress. */
export interface ValidationWatch {
  /**
   * Takes in a validation after `step` steps; true if it is the best so far. Values that are not finite are never better.
   * @throws TrainingError if a watched metric is not among `metrics`.
   */
  note(step: number, metrics: Readonly<Record<string, number>>): boolean;
  /** Takes the last best one back, which could not be saved. */
  revertBest(): void;
  readonly best: BestValidation | undefined;
  /** Why the run should end; absent while it should go on. */
  readonly end: string | undefined;
  state(): WatchState;
  /** {@link state} as a part of a checkpoint, empty if nothing is watched. */
  saved(): { validation?: WatchState };
}

/** A watch that goes on from the state `before`. @throws ConfigError naming an option that is out of range. */
export function watchValidations({ keepBest, earlyStop }: WatchOptions, before: WatchState = {}): ValidationWatch {
  checkOptions(keepBest, earlyStop);
  let best = keepBest === undefined ? undefined : before.best;
  let bestBefore = best;
  let progress = before.earlyStop ?? { waited: 0 };
  const state = (): WatchState => ({
    ...(best === undefined ? {} : { best }),
    ...(earlyStop === undefined ? {} : { earlyStop: progress }),
  });
  return {
    note: (step, metrics) => {
      if (earlyStop !== undefined) {
        const value = metricOf(metrics, earlyStop.metric);
        const isProgress = isBetter(value, progress.value, earlyStop.mode, earlyStop.minDelta);
        progress = isProgress ? { value, waited: 0 } : { ...progress, waited: progress.waited + 1 };
      }
      if (keepBest === undefined) return false;
      const value = metricOf(metrics, keepBest.metric);
      if (!isBetter(value, best?.value, keepBest.mode)) return false;
      bestBefore = best;
      best = { step, value };
      return true;
    },
    revertBest: () => {
      best = bestBefore;
    },
    get best() {
      return best;
    },
    get end() {
      if (earlyStop === undefined || progress.waited < earlyStop.patience) return undefined;
      const found = progress.value === undefined ? 'was never finite' : `has not been better than ${progress.value}`;
      return `"${earlyStop.metric}" ${found} for ${progress.waited} validations`;
    },
    state,
    saved: () => (keepBest === undefined && earlyStop === undefined ? {} : { validation: state() }),
  };
}

function checkOptions(keepBest: MetricGoal | undefined, earlyStop: EarlyStop | undefined): void {
  for (const [path, goal] of Object.entries({ keepBest, earlyStop })) {
    if (goal !== undefined && goal.metric === '') throw new ConfigError(`${path}.metric`, 'expected a name.');
  }
  if (earlyStop === undefined) return;
  checkCount('earlyStop.patience', earlyStop.patience);
  checkNonNegative('earlyStop.minDelta', earlyStop.minDelta ?? 0);
}

function metricOf(metrics: Readonly<Record<string, number>>, name: string): number {
  const value = metrics[name];
  if (value !== undefined) return value;
  throw new TrainingError(`The validation gives no metric "${name}".`, {
    hint: `It gives: ${Object.keys(metrics).join(', ')}.`,
  });
}

function isBetter(value: number, best: number | undefined, mode: 'max' | 'min' = 'max', minDelta = 0): boolean {
  if (!Number.isFinite(value)) return false;
  if (best === undefined) return true;
  return mode === 'max' ? value > best + minDelta : value < best - minDelta;
}
