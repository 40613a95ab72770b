import type { HostTensor } from '@vosvfi/core';
import { makeSyntheticBatch, type SyntheticBatchOptions } from './synthetic-batch.js';

/** What a worker needs to know to make batches: plain data. */
export type BatchTask = {
  readonly kind: 'synthetic';
  readonly options: Omit<SyntheticBatchOptions, 'workers'>;
};

/** Batch number `step` of a task: a pure function of its arguments. */
export async function makeBatch(task: BatchTask, step: number): Promise<Record<string, HostTensor>> {
  return makeSyntheticBatch(task.options, step);
}
