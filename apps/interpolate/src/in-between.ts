import { ConfigError, type Frame, type Interpolator, UnsupportedError } from '@vosvfi/core';

/**
 * How frames at several times are made. `direct`: each by the interpolator, at its time. `recursive`: only at t = 0.5,
 * first of the pair, then between the results, so that it reaches the times k / 2^n. `auto`: `recursive` where all times
 * are of that kind (networks are often trained for t = 0.5 alone), else `direct`.
 */
export type InBetweenMethod = 'auto' | 'direct' | 'recursive';

/** Halvings after which a time counts as out of reach. */
const MOST_HALVINGS = 8;

/** The times that cut the interval into `factor` equal parts. @throws ConfigError if `factor` is not an integer from 2 to 256. */
export function equalTimes(factor: number): number[] {
  if (!Number.isInteger(factor) || factor < 2 || factor > 256) {
    throw new ConfigError('factor', `expected an integer from 2 to 256, found ${factor}.`);
  }
  return Array.from({ length: factor - 1 }, (_, k) => (k + 1) / factor);
}

/** True for k / 2^n with few halvings. */
export function isReachedByHalving(time: number): boolean {
  return Number.isInteger(time * 2 ** MOST_HALVINGS);
}

async function halve(
  interpolator: Interpolator,
  [frame0, frame1]: readonly [Frame, Frame],
  [from, to]: readonly [number, number],
  times: readonly number[],
): Promise<Frame[]> {
  if (times.length === 0) return [];
  const middle = (from + to) / 2;
  const [frame] = await interpolator.interpolate(frame0, frame1, [0.5]);
  const before = times.filter((time) => time < middle);
  const after = times.filter((time) => time > middle);
  return [
    ...(await halve(interpolator, [frame0, frame!], [from, middle], before)),
    ...(times.includes(middle) ? [frame!] : []),
    ...(await halve(interpolator, [frame!, frame1], [middle, to], after)),
  ];
}

/**
 * Frames between two frames.
 * @param times in (0, 1), ascending.
 * @throws UnsupportedError if a time cannot be had by the method; what the interpolator throws.
 */
export async function makeInBetween(
  interpolator: Interpolator,
  frame0: Frame,
  frame1: Frame,
  times: readonly number[],
  method: InBetweenMethod = 'auto',
): Promise<Frame[]> {
  const unreached = times.find((time) => !isReachedByHalving(time));
  const isRecursive = method === 'recursive' || (method === 'auto' && unreached === undefined);
  if (!isRecursive) return interpolator.interpolate(frame0, frame1, times);
  if (unreached !== undefined) {
    throw new UnsupportedError(`t = ${unreached} is not reached by halving ${MOST_HALVINGS} times.`, {
      hint: 'Use the direct method with weights for any time, or a power of two as factor.',
    });
  }
  return halve(interpolator, [frame0, frame1], [0, 1], times);
}
