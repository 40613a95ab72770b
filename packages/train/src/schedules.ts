import { ConfigError } from '@vosvfi/core';
import { checkCount, checkNonNegative } from './check.js';

/** Learning rate of a step, counted from 0. Pure, so that a resumed run continues the same curve. */
export type Schedule = (step: number) => number;

/** The same rate throughout. @throws ConfigError if `rate` is not a number >= 0. */
export function constantSchedule(rate: number): Schedule {
  checkNonNegative('schedule.rate', rate);
  return () => rate;
}

/**
 * Half a cosine from `start` at step 0 to `end` at step `steps`, and `end` after it, set before every iteration:
 * `end + (start - end) (1 + cos(pi step / steps)) / 2`, as IFRNet's training script (1e-4 to 1e-5).
 * @throws ConfigError naming an option that is out of range.
 */
export function cosineSchedule(options: { start: number; end: number; steps: number }): Schedule {
  const { start, end, steps } = options;
  checkNonNegative('schedule.start', start);
  checkNonNegative('schedule.end', end);
  checkCount('schedule.steps', steps);
  return (step) => end + ((start - end) * (1 + Math.cos((Math.PI * Math.min(step, steps)) / steps))) / 2;
}

/**
 * `start * factor ** floor(step / every)`, as PyTorch's StepLR with the period given in steps, not epochs.
 * @throws ConfigError naming an option that is out of range.
 */
export function stepSchedule(options: { start: number; factor: number; every: number }): Schedule {
  const { start, factor, every } = options;
  checkNonNegative('schedule.start', start);
  checkNonNegative('schedule.factor', factor);
  checkCount('schedule.every', every);
  return (step) => start * factor ** Math.floor(step / every);
}

/**
 * `start * factor ** n` where n is the number of `milestones` that have passed: the rate changes with the step of that
 * number, as PyTorch's MultiStepLR with milestones in steps, not epochs.
 * @throws ConfigError naming an option that is out of range, or if milestones do not rise.
 */
export function milestoneSchedule(options: { start: number; factor: number; milestones: readonly number[] }): Schedule {
  const { start, factor, milestones } = options;
  checkNonNegative('schedule.start', start);
  checkNonNegative('schedule.factor', factor);
  for (const milestone of milestones) checkCount('schedule.milestones', milestone);
  if (milestones.some((milestone, i) => i > 0 && milestone <= (milestones[i - 1] as number))) {
    throw new ConfigError('schedule.milestones', `expected rising steps, found ${milestones.join(', ')}.`);
  }
  return (step) => start * factor ** milestones.filter((milestone) => milestone <= step).length;
}

/**
 * Linear warm-up: rate `schedule(0) * step / steps` for the first `steps` steps, from 0, and then `schedule` from its
 * beginning, as RIFE's training script (2000 steps to 3e-4, then half a cosine over the others) and as PyTorch's
 * `SequentialLR` of `LambdaLR` and the schedule. Zero steps leave the schedule as it is.
 * @throws ConfigError if `steps` is not a whole number >= 0.
 */
export function withWarmUp(schedule: Schedule, steps: number): Schedule {
  checkCount('schedule.warmUp', steps, 0);
  return (step) => (step < steps ? (schedule(0) * step) / steps : schedule(step - steps));
}
