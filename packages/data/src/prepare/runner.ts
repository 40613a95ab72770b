import { MessageChannel } from 'node:worker_threads';
import { EnvironmentError } from '@vosvfi/core';
import { Piscina } from 'piscina';
import { unwrap, type WorkerResult } from '../batches/worker-result.js';
import type { Analysis } from './analysis.js';
import { type PrepareTask, runTask, type TaskOptions, type TaskResult } from './tasks.js';
import { prepareWorker } from './worker-file.js';

/** Does tasks, one after the other or in threads. */
export interface TaskRunner {
  run<T extends PrepareTask>(task: T, options: TaskOptions): Promise<TaskResult<T>>;
  dispose(): Promise<void>;
}

/** What a thread answers. */
export type TaskAnswer = { readonly value: Analysis | undefined } | Extract<WorkerResult, { failure: unknown }>;

/** Does tasks in this thread, one after the other. */
export function createInlineRunner(): TaskRunner {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run<T extends PrepareTask>(task: T, options: TaskOptions) {
      const result = last.then(() => {
        options.signal?.throwIfAborted();
        return runTask(task, options) as Promise<TaskResult<T>>;
      });
      last = result.catch(() => {});
      return result;
    },
    dispose: async () => {},
  };
}

/**
 * Does tasks in threads, as many at a time.
 * @throws EnvironmentError if this package runs from its TypeScript sources and tsx, which the threads then need, is missing.
 */
export function createThreadRunner(workers: number): TaskRunner {
  const { file, execArgv } = prepareWorker();
  const pool = new Piscina({
    ...{ filename: file, name: 'prepareInWorker', execArgv, minThreads: workers, maxThreads: workers },
    concurrentTasksPerWorker: 1,
  });
  let startFailure: unknown;
  pool.on('error', (error) => {
    // Errors of a task reach its caller; this is a thread that could not even start.
    startFailure ??= error;
  });
  const answerOf = async (task: PrepareTask, { onStep, signal }: TaskOptions): Promise<TaskAnswer> => {
    const { port1, port2 } = new MessageChannel();
    // The thread stops by itself and ends its ffmpeg; a thread that is terminated would leave that running.
    const stop = () => port1.postMessage('stop');
    signal?.addEventListener('abort', stop);
    port1.on('message', (done: number) => onStep?.(done));
    try {
      return await pool.run({ task, port: port2 }, { transferList: [port2] });
    } catch (error) {
      if (startFailure === undefined || signal?.aborted) throw error;
      throw new EnvironmentError('A worker thread did not start.', {
        hint: 'Set workers to 0 to do without threads.',
        cause: startFailure,
      });
    } finally {
      signal?.removeEventListener('abort', stop);
      port1.close();
    }
  };
  return {
    async run<T extends PrepareTask>(task: T, options: TaskOptions) {
      options.signal?.throwIfAborted();
      const answer = await answerOf(task, options);
      options.signal?.throwIfAborted();
      if ('failure' in answer) unwrap(answer);
      return (answer as { readonly value: Analysis | undefined }).value as TaskResult<T>;
    },
    dispose: () => pool.destroy(),
  };
}
