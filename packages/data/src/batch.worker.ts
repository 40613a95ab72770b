import type { HostTensor } from '@vosvfi/core';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { type BatchTask, makeBatch } from './batches/task.js';

/** Makes one batch and hands its memory over instead of copying it. */
export async function makeBatchInWorker({ task, step }: { task: BatchTask; step: number }) {
  const batch = await makeBatch(task, step);
  const buffers = Object.values(batch).map(({ data }: HostTensor) => data.buffer);
  return move({
    get [transferableSymbol]() {
      return buffers;
    },
    get [valueSymbol]() {
      return batch;
    },
  });
}
