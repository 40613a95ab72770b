import { type BatchSource, type HostTensor, MediaError } from '@vosvfi/core';
import { checkStep } from './check.js';
import type { BatchMaker, BatchTask, MadeBatch } from './task.js';
import { createBatchPool } from './worker-pool.js';

/** Hears of each broken file that was passed over. */
export type BrokenListener = (error: MediaError) => void;

/** The batch, after telling of the files that were passed over. */
function unpack({ batch, broken }: MadeBatch, onBroken: BrokenListener | undefined): Record<string, HostTensor> {
  for (const { file, message } of broken) onBroken?.(new MediaError(file, message.slice(file.length + 2)));
  return batch;
}

/** Batches made in the caller's thread when they are asked for. */
export function inlineSource(maker: BatchMaker | Promise<BatchMaker>, onBroken?: BrokenListener): BatchSource {
  return {
    batch: async (step) => unpack(await (await maker)(checkStep(step)), onBroken),
    names: async (step) => (await (await maker)(checkStep(step))).names,
    dispose: async () => {},
  };
}

/**
 * Batches of a task, made by worker threads. The batches that follow the last one asked for are prepared ahead;
 * any order of asking gives the same batches.
 */
export function createBatchSource(task: BatchTask, workers: number, onBroken?: BrokenListener): BatchSource {
  const pool = createBatchPool(task, workers);
  const ahead = new Map<number, Promise<Record<string, HostTensor>>>();
  const request = (step: number) => {
    let batch = ahead.get(step);
    if (!batch) {
      batch = pool.run(step).then((made) => unpack(made, onBroken));
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
    names: async (step) => (await pool.run(checkStep(step))).names,
    dispose: async () => {
      ahead.clear();
      await pool.dispose();
    },
  };
}
