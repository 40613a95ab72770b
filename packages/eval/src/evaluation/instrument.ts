import { VosvfiError } from '@vosvfi/core';
import type { ChosenMetric } from './choose-metrics.js';
import type { FrameMeasure, Measure, MeasuredFrame, MetricResources, SequenceMeasure } from './metrics/metric.js';

/** Values by metric name; null where a metric says nothing. */
export type MetricValues = Readonly<Record<string, number | null>>;

/** Metrics that are ready to measure. */
export interface Instrument {
  /** @param names Which of the metrics of single frames to measure; default: all. */
  measure(frame: MeasuredFrame, names?: ReadonlySet<string>): Promise<MetricValues>;
  /** Measures of whole sequences, by name. */
  readonly sequences: ReadonlyMap<string, SequenceMeasure>;
  dispose(): Promise<void>;
}

/**
 * Makes metrics ready to measure in this thread.
 * @throws ConfigError for parameters or a flow finder that one needs and lacks.
 */
export async function openInstrument(
  metrics: readonly Pick<ChosenMetric, 'name' | 'entry' | 'options'>[],
  resources: MetricResources,
): Promise<Instrument> {
  const measures = new Map<string, Measure>();
  const dispose = async () => {
    for (const measure of measures.values()) await measure.dispose?.();
  };
  try {
    for (const { name, entry, options } of metrics) measures.set(name, await entry.create(options, resources));
  } catch (error) {
    await dispose();
    throw error;
  }
  const frames = [...measures].filter((pair): pair is [string, FrameMeasure] => pair[1].kind === 'frame');
  const sequences = [...measures].filter((pair): pair is [string, SequenceMeasure] => pair[1].kind === 'sequence');
  return {
    measure: async (frame, names) => {
      const values: Record<string, number | null> = {};
      for (const [name, measure] of frames) {
        if (names?.has(name) === false) continue;
        values[name] = requireNumber(name, await measure.measure(frame));
      }
      return values;
    },
    sequences: new Map(sequences),
    dispose,
  };
}

/** @throws VosvfiError for NaN, which is a fault of the metric, as frames are checked before. */
export function requireNumber(name: string, value: number | null): number | null {
  if (!Number.isNaN(value)) return value;
  throw new VosvfiError('VOSVFI_METRIC', `Metric ${name} gave NaN for frames of finite numbers.`);
}
