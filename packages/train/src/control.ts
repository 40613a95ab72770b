/** What can be asked of a running training beside pausing it. */
export type TrainRequest = 'save' | 'validate';

/** Steers a training run from outside, such as from a key of a live view. */
export interface TrainControl {
  /** The running step is finished first. Has no effect on a run that is paused. */
  pause(): void;
  /** Has no effect on a run that is not paused. */
  continue(): void;
  readonly isPaused: boolean;
  /** Resolves when the run may go on: at once unless it is paused, else when it is continued or `signal` aborts. */
  whenRunning(signal?: AbortSignal): Promise<void>;
  /** A checkpoint or a validation after the running step (in a pause: when it goes on), beside the regular ones. */
  request(what: TrainRequest): void;
  /** For the loop: true if `what` was requested since it was last asked. */
  take(what: TrainRequest): boolean;
}

/** A {@link TrainControl} for one run. Nothing is paused at first. */
export function createTrainControl(): TrainControl {
  let isPaused = false;
  const waiting = new Set<() => void>();
  const requests = new Set<TrainRequest>();
  const wake = (): void => {
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  return {
    pause: () => {
      isPaused = true;
    },
    continue: () => {
      isPaused = false;
      wake();
    },
    get isPaused() {
      return isPaused;
    },
    whenRunning: async (signal) => {
      if (!isPaused || signal?.aborted) return;
      await new Promise<void>((resolve) => {
        waiting.add(resolve);
        signal?.addEventListener('abort', () => resolve(), { once: true });
      });
    },
    request: (what) => {
      requests.add(what);
    },
    take: (what) => requests.delete(what),
  };
}
