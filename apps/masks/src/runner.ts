import { EnvironmentError, VosvfiError } from '@vosvfi/core';
import { workerFile } from '@vosvfi/data';
import { Piscina } from 'piscina';
import type { MakerPlan, MaskMaker } from './makers/maker.js';
import { openMaker } from './makers/open-maker.js';
import type { WorkerAnswer } from './masks.worker.js';
import { makeTripletMasks, type TripletRecord, type TripletTask } from './triplet-masks.js';

/** Makes masks of triplets, in this thread or in others. */
export interface MaskRunner {
  run(task: TripletTask): Promise<TripletRecord>;
  dispose(): Promise<void>;
}

/** One triplet after the other, in this thread. */
function createInlineRunner(maker: MaskMaker): MaskRunner {
  return { run: (task) => makeTripletMasks(maker, task), dispose: () => maker.dispose() };
}

/**
 * As many triplets at a time as there are threads, each with a maker of its own.
 * @throws EnvironmentError if this package runs from its TypeScript sources and tsx is missing.
 */
function createThreadRunner(plan: MakerPlan, workers: number): MaskRunner {
  const source = new URL('./masks.worker.ts', import.meta.url);
  const { file, execArgv } = workerFile(import.meta.url, {
    source,
    built: new URL('./masks.worker.js', import.meta.url),
  });
  const pool = new Piscina({
    ...{ filename: file, name: 'masksInWorker', execArgv, workerData: plan },
    ...{ minThreads: workers, maxThreads: workers, concurrentTasksPerWorker: 1 },
  });
  let startFailure: unknown;
  pool.on('error', (error) => {
    // Errors of a task reach its caller; this is a thread that could not even start.
    startFailure ??= error;
  });
  return {
    async run(task) {
      let answer: WorkerAnswer;
      try {
        answer = await pool.run(task);
      } catch (error) {
        if (startFailure === undefined) throw error;
        throw new EnvironmentError('A worker thread did not start.', {
          hint: 'Set --workers 0 to do without threads.',
          cause: startFailure,
        });
      }
      if ('failure' in answer) throw new VosvfiError(answer.failure.code, answer.failure.message);
      return answer.record;
    },
    dispose: () => pool.destroy(),
  };
}

/**
 * A runner for a plan. The maker is opened here once, so that what is wrong with its file is told before anything starts.
 * @param workers threads; 0 does everything in this one.
 */
export async function createRunner(plan: MakerPlan, workers: number): Promise<MaskRunner> {
  const maker = await openMaker(plan);
  if (workers === 0) return createInlineRunner(maker);
  await maker.dispose();
  return createThreadRunner(plan, workers);
}
