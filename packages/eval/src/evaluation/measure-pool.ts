import { EnvironmentError } from '@vosvfi/core';
import { Piscina } from 'piscina';
import { measureWorker } from '../measure-worker-file.js';
import type { ChosenMetric } from './choose-metrics.js';
import { type Instrument, openInstrument } from './instrument.js';
import type { MetricResources } from './metrics/metric.js';
import { valuesOf, type WorkerAnswer, type WorkerQuestion, type WorkerSettings } from './worker-protocol.js';

/**
 * Makes metrics ready, those that run in JavaScript alone in threads. Values are the same with any number of threads.
 * @param workers 0 measures everything in this thread.
 * @throws ConfigError as {@link openInstrument}; EnvironmentError if this package runs from its TypeScript sources and tsx,
 * which the threads then need, is missing.
 */
export async function openThreadedInstrument(
  metrics: readonly ChosenMetric[],
  resources: MetricResources,
  workers: number,
): Promise<Instrument> {
  const [pure, others] = [metrics.filter(({ entry }) => entry.isPure), metrics.filter(({ entry }) => !entry.isPure)];
  if (workers === 0 || pure.length === 0) return openInstrument(metrics, resources);
  // Opened once here too, so that what is missing is told before anything is predicted.
  await (await openInstrument(pure, resources)).dispose();
  const own = await openInstrument(others, resources);
  const settings: WorkerSettings = {
    metrics: pure.map(({ name, entry, options }) => ({ name, metric: entry.name, options })),
    resources: { parameters: resources.parameters },
  };
  const { file, execArgv } = measureWorker();
  const pool = new Piscina({
    ...{ filename: file, name: 'measureInWorker', execArgv, workerData: settings },
    ...{ minThreads: 1, maxThreads: workers, concurrentTasksPerWorker: 1 },
  });
  let startFailure: unknown;
  pool.on('error', (error) => {
    // Errors of a task reach its caller; this is a thread that could not even start.
    startFailure ??= error;
  });
  const ask = async (question: WorkerQuestion): Promise<WorkerAnswer> => {
    try {
      return await pool.run(question);
    } catch (error) {
      if (startFailure === undefined && !isThreadEnd(error)) throw error;
      const what = startFailure === undefined ? `ended (${(error as Error).message})` : 'did not start';
      throw new EnvironmentError(`A worker thread for metrics ${what}.`, {
        hint: 'Fewer workers need less memory; with 0 the main thread measures.',
        cause: startFailure ?? error,
      });
    }
  };
  // Networks take one frame at a time.
  let last: Promise<unknown> = Promise.resolve();
  const measureHere: Instrument['measure'] = (frame, names) => {
    const values = last.then(() => own.measure(frame, names));
    last = values.catch(() => {});
    return values;
  };
  return {
    measure: async (frame, wanted) => {
      const names = pure.map(({ name }) => name).filter((name) => wanted?.has(name) !== false);
      const answer = names.length === 0 ? { values: {} } : ask({ frame, names });
      const [fromThread, values] = await Promise.all([answer, measureHere(frame, wanted)]);
      const all = { ...valuesOf(fromThread), ...values };
      return Object.fromEntries(metrics.filter(({ name }) => name in all).map(({ name }) => [name, all[name] ?? null]));
    },
    sequences: own.sequences,
    dispose: async () => {
      await own.dispose();
      await pool.destroy();
    },
  };
}

/** Whether a thread is gone, instead of having thrown something. */
function isThreadEnd(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') || /worker exited/i.test(error.message);
}
