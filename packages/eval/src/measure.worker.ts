import { workerData } from 'node:worker_threads';
import type { Instrument } from './evaluation/instrument.js';
import type { MeasuredFrame } from './evaluation/metrics/metric.js';
import { describeFailure, openWorkerInstrument, type WorkerSettings } from './evaluation/worker-protocol.js';

let instrument: Promise<Instrument> | undefined;

/** Measures one frame by the metrics that this thread was started for. */
export async function measureInWorker(frame: MeasuredFrame) {
  try {
    instrument ??= openWorkerInstrument(workerData as WorkerSettings);
    return { values: await (await instrument).measure(frame) };
  } catch (error) {
    return describeFailure(error);
  }
}
