import { logGamma } from '../niqe/gamma-function.js';

/** Logarithm of the probability of exactly `k` successes in `n` trials of probability `p`, 0 < p < 1. */
function logProbability(k: number, n: number, p: number): number {
  const logChoose = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  return logChoose + k * Math.log(p) + (n - k) * Math.log1p(-p);
}

/** Probability of at least `k` successes in `n` trials. */
function upperTail(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  let sum = 0;
  for (let i = n; i >= k; i -= 1) sum += Math.exp(logProbability(i, n, p));
  return Math.min(1, sum);
}

function checkCounts(successes: number, trials: number): void {
  if (!(Number.isInteger(successes) && Number.isInteger(trials) && successes >= 0 && successes <= trials)) {
    throw new RangeError(`Expected whole numbers 0 <= successes <= trials, found ${successes} of ${trials}.`);
  }
}

/** Where a function that rises from below to above `target` over [0, 1] reaches it. */
function solve(rising: (p: number) => number, target: number): number {
  let [low, high] = [0, 1];
  // Each step halves the interval; doubles end after 60.
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2;
    if (rising(middle) < target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Exact interval of a probability from counts (Clopper and Pearson 1934): it holds the true one at least as often as
 * `confidence` says, for any number of trials.
 * @returns ends in 0..1; [0, 1] without trials.
 * @throws RangeError for counts that are none.
 */
export function clopperPearsonInterval(successes: number, trials: number, confidence = 0.95): [number, number] {
  checkCounts(successes, trials);
  const tail = (1 - confidence) / 2;
  const low = successes === 0 ? 0 : solve((p) => upperTail(successes, trials, p), tail);
  const high = successes === trials ? 1 : solve((p) => upperTail(successes + 1, trials, p), 1 - tail);
  return [low, high];
}

/**
 * Score interval of a probability from counts (Wilson 1927): narrower than the exact one, right on average.
 * @param z quantile of the normal distribution: 1.959964 for 95 %.
 * @returns ends in 0..1; [0, 1] without trials.
 * @throws RangeError for counts that are none.
 */
export function wilsonInterval(successes: number, trials: number, z = 1.959963984540054): [number, number] {
  checkCounts(successes, trials);
  if (trials === 0) return [0, 1];
  const rate = successes / trials;
  const scale = 1 + (z * z) / trials;
  const center = (rate + (z * z) / (2 * trials)) / scale;
  const half = (z / scale) * Math.sqrt((rate * (1 - rate)) / trials + (z * z) / (4 * trials * trials));
  return [successes === 0 ? 0 : center - half, successes === trials ? 1 : center + half];
}

/**
 * Two-sided exact test of a fair coin: how probable a count is that lies at least as far from the half.
 * @returns p-value in (0, 1]; 1 without trials.
 * @throws RangeError for counts that are none.
 */
export function fairCoinTest(successes: number, trials: number): number {
  checkCounts(successes, trials);
  return Math.min(1, 2 * upperTail(Math.max(successes, trials - successes), trials, 0.5));
}
