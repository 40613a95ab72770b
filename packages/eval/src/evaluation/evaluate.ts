import { ConfigError, type OnProgress } from '@vosvfi/core';
import type { BootstrapOptions } from './bootstrap.js';
import { type ChosenMetric, chooseMetrics } from './choose-metrics.js';
import type { Contestant } from './contestant.js';
import type { EvaluationItem, OpenedProtocol } from './item.js';
import { type MeasurementCache, measurementKey, noCache } from './item-cache.js';
import { makeResult } from './make-result.js';
import { measureItem, type SegmentationChoice } from './measure-item.js';
import { openThreadedInstrument } from './measure-pool.js';
import type { Measurement } from './measurement.js';
import { metricFacts } from './metric-facts.js';
import type { MetricResources } from './metrics/metric.js';
import type { Protocol } from './protocol-schema.js';
import type { EvaluationResult } from './result-schema.js';

/** Rises when a number of an evaluation could change though nothing else does; results of others are not taken from caches. */
const EVALUATION_VERSION = 1;

/** How {@link evaluate} measures. */
export interface EvaluationOptions {
  /** Names of metrics; default: those of the protocol that are not optional. See `chooseMetrics`. */
  readonly metrics?: readonly string[] | undefined;
  readonly resources?: MetricResources | undefined;
  /** Carries masks through the items for J and F; `facts` say all that its results depend on. */
  readonly segmentation?: (SegmentationChoice & { readonly facts: Contestant['facts'] }) | undefined;
  /** Keeps measurements, so that an interrupted evaluation goes on where it stopped. */
  readonly cache?: MeasurementCache | undefined;
  /** Threads that measure; 0 (default) measures in this one. */
  readonly workers?: number | undefined;
  readonly bootstrap?: BootstrapOptions | undefined;
  /** What the caller made different from the protocol, a sentence each. */
  readonly deviations?: readonly string[] | undefined;
  /** Kept in the result: versions, machine. */
  readonly environment?: EvaluationResult['environment'] | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Measures contestants on a protocol's items, one item after the other, so that memory does not grow with the data set.
 * @throws ConfigError for unknown metrics, two contestants of one id, or no items; MediaError naming a file that is missing
 * or damaged; what contestants, metrics and the segmenter throw.
 */
export async function evaluate(
  protocol: Protocol,
  { items, warnings }: OpenedProtocol,
  contestants: readonly Contestant[],
  options: EvaluationOptions = {},
): Promise<EvaluationResult> {
  const metrics = chooseMetrics(protocol, options.metrics);
  requireDistinct(items, contestants);
  const resources = options.resources ?? {};
  const workers = options.workers ?? 0;
  const instrument = await openThreadedInstrument(metrics, resources, workers);
  const settings = await settingsOf(protocol, metrics, options);
  const cache = options.cache ?? noCache;
  const total = contestants.length * items.reduce((sum, { predictions }) => sum + predictions.length, 0);
  let done = 0;
  try {
    const measurements: Measurement[][] = [];
    for (const item of items) {
      const row: Measurement[] = [];
      for (const contestant of contestants) {
        const tell = (frames: number): void => {
          done += frames;
          options.onProgress?.({
            type: 'progress',
            stage: 'evaluate',
            done,
            total,
            note: `${contestant.id}, ${item.id}`,
          });
        };
        const key = await keyOf(item, contestant, settings);
        const known = await cache.read(key);
        if (known !== undefined) tell(item.predictions.length);
        const measurement =
          known ??
          (await measureItem(item, contestant, {
            instrument,
            needsMasks: metrics.some(({ entry }) => entry.needs.includes('mask')),
            quantize: protocol.quantize,
            segmentation: options.segmentation,
            pending: 2 * workers + 1,
            signal: options.signal,
            onFrame: () => tell(1),
          }));
        if (known === undefined) await cache.write(key, measurement);
        row.push(measurement);
      }
      measurements.push(row);
    }
    return makeResult({
      ...{ protocol, metrics, items, contestants, measurements },
      deviations: [...deviationsOf(protocol, items, metrics, options), ...warnings.map(sentenceOf)],
      isSegmented: options.segmentation !== undefined,
      pictures: [],
      environment: options.environment ?? {},
      bootstrap: options.bootstrap ?? {},
    });
  } finally {
    await instrument.dispose();
  }
}

function requireDistinct(items: readonly EvaluationItem[], contestants: readonly Contestant[]): void {
  if (items.length === 0) throw new ConfigError('items', 'there is nothing to evaluate on.');
  if (contestants.length === 0) throw new ConfigError('contestants', 'there is nobody to evaluate.');
  const ids = contestants.map(({ id }) => id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw new ConfigError('contestants', `"${twice}" is there twice.`);
}

/** All that measurements depend on besides item and contestant. */
async function settingsOf(
  { quantize }: Protocol,
  metrics: readonly ChosenMetric[],
  { segmentation, resources = {} }: EvaluationOptions,
): Promise<unknown> {
  const { objects, facts } = segmentation ?? {};
  return {
    version: EVALUATION_VERSION,
    quantize,
    metrics: await metricFacts(metrics, resources),
    segmentation: segmentation === undefined ? null : { objects, facts },
  };
}

async function keyOf(item: EvaluationItem, contestant: Contestant, settings: unknown): Promise<string> {
  const { kind, facts } = contestant;
  return measurementKey({
    item: { digest: await item.digest(), given: item.given, predictions: item.predictions },
    contestant: { kind, facts, files: (await contestant.digest?.(item)) ?? null },
    settings,
  });
}

function deviationsOf(
  protocol: Protocol,
  items: readonly EvaluationItem[],
  metrics: readonly ChosenMetric[],
  { deviations = [] }: EvaluationOptions,
): string[] {
  const found = [...deviations];
  if (protocol.items !== undefined && items.length !== protocol.items) {
    found.push(`${items.length} items instead of ${protocol.items}.`);
  }
  const missing = protocol.metrics.filter(
    ({ metric, as = metric, optional }) => !optional && !metrics.some(({ name }) => name === as),
  );
  if (missing.length > 0) found.push(`Not measured: ${missing.map(({ metric, as = metric }) => as).join(', ')}.`);
  return found;
}

function sentenceOf({ path, problem }: { readonly path: string; readonly problem: string }): string {
  return `${path}: ${problem}`;
}
