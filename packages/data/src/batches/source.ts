import { type BatchSource, ConfigError, type HostTensor } from '@vosvfi/core';
import type { BatchMaker, BatchTask } from './task.js';
import { createBatchPool } from './worker-pool.js';

/** @throws ConfigError naming the option. */
export function checkBatchOptions(options: { batchSize: number; workers: number; t?: number | 'uniform' }): void {
  const { batchSize, workers, t = 'uniform' } = options;
  const problem = (path: string, expected: string, found: unknown) =>
    new ConfigError(`batches.${path}`, `expected ${expected}, found ${String(found)}.`);
  if (!Number.isInteger(batchSize) || batchSize < 1) throw problem('batchSize', 'an integer of at least 1', batchSize);
  if (!Number.isInteger(workers) || workers < 0) throw problem('workers', 'an integer of at least 0', workers);
  if (t !== 'uniform' && !(t > 0 && t < 1)) throw problem('t', "'uniform' or a number in (0, 1)", t);
}

/** Batches made in the caller's thread when they are asked for. */
export function inlineSource(maker: BatchMaker): BatchSource {
  return { batch: async (step) => maker(checkStep(step)), dispose: async () => {} };
}

/**
 * Batches of a task, made by worker threads. The batches that follow the last one asked for are prepared ahead;
 * any order of asking gives the same batches.
 */
export function createBatchSource(task: BatchTask, workers: number): BatchSource {
  const pool = createBatchPool(task, workers);
  const ahead = new Map<number, Promise<Record<string, HostTensor>>>();
  const request = (step: number) => {
    let batch = ahead.get(step);
    if (!batch) {
      batch = pool.run(step);
      // A batch nobody comes to ask for must not end the process when it fails; who asks for it gets the error.
      batch.catch(() => {});
      ahead.set(step, batch);
    }
    return batch;
  };
  return {
    batch(step) {
      const wanted = request(checkStep(step));
      for (const kept of [...ahead.keys()]) if (kept <= step || kept > step + workers + 1) ahead.delete(kept);
      for (let next = step + 1; next <= step + workers; next++) void request(next);
      return wanted;
    },
    dispose: async () => {
      ahead.clear();
      await pool.dispose();
    },
  };
}

function checkStep(step: number): number {
  if (Number.isInteger(step) && step >= 0) return step;
  throw new RangeError(`Batch step: expected an integer of at least 0, found ${step}.`);
}
