import { EnvironmentError } from '@vosvfi/core';
import { Piscina } from 'piscina';
import { batchWorker } from '../batch-worker-file.js';
import type { BatchTask, MadeBatch } from './task.js';
import { unwrap, type WorkerResult } from './worker-result.js';

/** Threads that make batches. */
export interface BatchPool {
  run(step: number): Promise<MadeBatch>;
  dispose(): Promise<void>;
}

/**
 * Starts worker threads; they do not keep the process alive.
 * @throws EnvironmentError if this package runs from its TypeScript sources and tsx, which the threads then need, is missing.
 */
export function createBatchPool(task: BatchTask, workers: number): BatchPool {
  const { file, execArgv } = batchWorker();
  const pool = new Piscina({
    filename: file,
    name: 'makeBatchInWorker',
    execArgv,
    workerData: task,
    minThreads: workers,
    maxThreads: workers,
    concurrentTasksPerWorker: 1,
  });
  let startFailure: unknown;
  pool.on('error', (error) => {
    // Errors of a task reach its caller; this is a thread that could not even start.
    startFailure ??= error;
  });
  return {
    async run(step) {
      let result: WorkerResult;
      try {
        result = await pool.run(step);
      } catch (error) {
        if (startFailure === undefined) throw error;
        throw new EnvironmentError('A worker thread for batches did not start.', {
          hint: 'Set workers to 0 to make batches in the main thread.',
          cause: startFailure,
        });
      }
      return unwrap(result);
    },
    dispose: () => pool.destroy(),
  };
}
