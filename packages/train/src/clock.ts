import { createPace } from './pace.js';

/** Times of a run. Seconds spent in pauses count nowhere. */
export interface RunClock {
  /** Awaits `work` and counts its time as waiting for data. */
  waiting<T>(work: Promise<T>): Promise<T>;
  /** Awaits the end of a pause; resolves to its seconds. */
  pausing(end: Promise<void>): Promise<number>;
  stepEnded(): void;
  secondsPerStep(): number;
  etaSeconds(remaining: number): number;
  /** Seconds since the start. */
  seconds(): number;
  /** Share of them that was spent waiting for data, 0..1. */
  dataWaitShare(): number;
}

/** A clock that starts now. `now` gives seconds and never goes back. */
export function startClock(now: () => number = () => performance.now() / 1000): RunClock {
  let waited = 0;
  let paused = 0;
  const running = (): number => now() - paused;
  const started = running();
  const pace = createPace(started);
  const seconds = (): number => running() - started;
  return {
    waiting: async (work) => {
      const begin = now();
      const result = await work;
      waited += now() - begin;
      return result;
    },
    pausing: async (end) => {
      const begin = now();
      await end;
      const length = now() - begin;
      paused += length;
      return length;
    },
    stepEnded: () => pace.stepEnded(running()),
    secondsPerStep: () => pace.secondsPerStep() ?? 0,
    etaSeconds: (remaining) => pace.etaSeconds(remaining) ?? 0,
    seconds,
    dataWaitShare: () => (seconds() > 0 ? waited / seconds() : 0),
  };
}
