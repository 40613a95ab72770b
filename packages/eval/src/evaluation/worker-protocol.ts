import { MediaError, VosvfiError } from '@vosvfi/core';
import { type Instrument, type MetricValues, openInstrument } from './instrument.js';
import type { MeasuredFrame, MetricOptions, MetricResources } from './metrics/metric.js';
import { findMetric } from './metrics/registry.js';

/** What a thread measures, as it can be sent there. */
export interface WorkerSettings {
  readonly metrics: readonly { readonly name: string; readonly metric: string; readonly options: MetricOptions }[];
  readonly resources: Pick<MetricResources, 'parameters'>;
}

/** A frame, and the metrics of the thread that measure it. */
export interface WorkerQuestion {
  readonly frame: MeasuredFrame;
  readonly names: readonly string[];
}

/** What a thread answers: values, or what of a typed error survives being copied between threads. */
export type WorkerAnswer =
  | { readonly values: MetricValues }
  | { readonly failure: { readonly code: string; readonly message: string; readonly file?: string } };

/** Makes the metrics ready in a thread. */
export function openWorkerInstrument({ metrics, resources }: WorkerSettings): Promise<Instrument> {
  return openInstrument(
    metrics.map(({ name, metric, options }) => ({ name, entry: findMetric(metric), options })),
    resources,
  );
}

/** @throws whatever is not a VOSVFI error. */
export function describeFailure(error: unknown): WorkerAnswer {
  if (!VosvfiError.isInstance(error)) throw error;
  const { code, message } = error;
  return { failure: MediaError.isInstance(error) ? { code, message, file: error.file } : { code, message } };
}

/** The values of an answer. @throws the error that it describes, with the same code. */
export function valuesOf(answer: WorkerAnswer): MetricValues {
  if ('values' in answer) return answer.values;
  const { code, message, file } = answer.failure;
  if (file !== undefined) throw new MediaError(file, message.slice(file.length + 2));
  throw new VosvfiError(code, message);
}
