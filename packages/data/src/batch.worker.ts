import { workerData } from 'node:worker_threads';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { type BatchMaker, type BatchTask, createBatchMaker } from './batches/task.js';
import { describeFailure } from './batches/worker-result.js';

let maker: Promise<BatchMaker> | undefined;

/** Makes one batch of the task this thread was started for; hands its memory over instead of copying it. */
export async function makeBatchInWorker(step: number): Promise<unknown> {
  try {
    maker ??= createBatchMaker(workerData as BatchTask);
    const made = await (await maker)(step);
    const buffers = Object.values(made.batch).map(({ data }) => data.buffer);
    return move({
      get [transferableSymbol]() {
        return buffers;
      },
      get [valueSymbol]() {
        return made;
      },
    });
  } catch (error) {
    return describeFailure(error);
  }
}
