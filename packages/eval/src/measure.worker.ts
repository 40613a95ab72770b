import { workerData } from 'node:worker_threads';
import type { Instrument } from './evaluation/instrument.js';
import {
  describeFailure,
  openWorkerInstrument,
  type WorkerAnswer,
  type WorkerQuestion,
  type WorkerSettings,
} from './evaluation/worker-protocol.js';

let instrument: Promise<Instrument> | undefined;

/** Measures one frame by metrics among those that this thread was started for. */
export async function measureInWorker({ frame, names }: WorkerQuestion): Promise<WorkerAnswer> {
  try {
    instrument ??= openWorkerInstrument(workerData as WorkerSettings);
    return { values: await (await instrument).measure(frame, new Set(names)) };
  } catch (error) {
    return describeFailure(error);
  }
}
