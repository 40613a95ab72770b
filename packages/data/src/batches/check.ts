import { ConfigError } from '@vosvfi/core';

function problem(path: string, expected: string, found: unknown): ConfigError {
  return new ConfigError(`batches.${path}`, `expected ${expected}, found ${String(found)}.`);
}

/** @throws ConfigError naming the option. */
export function checkBatchOptions({ batchSize, workers }: { batchSize: number; workers: number }): void {
  if (!Number.isInteger(batchSize) || batchSize < 1) throw problem('batchSize', 'an integer of at least 1', batchSize);
  if (!Number.isInteger(workers) || workers < 0) throw problem('workers', 'an integer of at least 0', workers);
}

/** @throws ConfigError if `t` is neither `uniform` nor in (0, 1). */
export function checkTime(t: number | 'uniform'): void {
  if (t !== 'uniform' && !(t > 0 && t < 1)) throw problem('t', "'uniform' or a number in (0, 1)", t);
}

/** @throws RangeError */
export function checkStep(step: number): number {
  if (Number.isInteger(step) && step >= 0) return step;
  throw new RangeError(`Batch step: expected an integer of at least 0, found ${step}.`);
}
