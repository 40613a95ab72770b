/** Speed over the last steps, so that an early slow phase (warming caches, compiling) does not spoil the estimate. */
export interface Pace {
  /** Notes that a step ended at `seconds` (any clock that never goes back). */
  stepEnded(seconds: number): void;
  /** Mean seconds per step over the window, everything between steps (validation, saving) included; undefined before two marks. */
  secondsPerStep(): number | undefined;
  /** Seconds that `remaining` steps will take at this pace. */
  etaSeconds(remaining: number): number | undefined;
}

/** A {@link Pace} over the last `window` steps. `startSeconds` is when the first of them began. */
export function createPace(startSeconds: number, window = 50): Pace {
  const marks = [startSeconds];
  const secondsPerStep = (): number | undefined => {
    const [first] = marks;
    const last = marks.at(-1);
    if (first === undefined || last === undefined || marks.length < 2) return undefined;
    return (last - first) / (marks.length - 1);
  };
  return {
    stepEnded: (seconds) => {
      marks.push(seconds);
      if (marks.length > window + 1) marks.shift();
    },
    secondsPerStep,
    etaSeconds: (remaining) => {
      const pace = secondsPerStep();
      return pace === undefined ? undefined : pace * remaining;
    },
  };
}
