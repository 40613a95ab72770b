import { ConfigError, type OnProgress } from '@vosvfi/core';
import type { BootstrapOptions } from './bootstrap.js';
import { type ChosenMetric, chooseMetrics } from './choose-metrics.js';
import { contentKey } from './content-key.js';
import type { Contestant } from './contestant.js';
import { describeProblems, WHOLE_SET } from './describe-problems.js';
import type { EvaluationItem, OpenedProtocol } from './item.js';
import { type MeasurementCache, noCache } from './item-cache.js';
import { makeResult } from './make-result.js';
import { type MeasureContestantOptions, measureContestant } from './measure-contestant.js';
import type { SegmentationChoice } from './measure-item.js';
import { openThreadedInstrument } from './measure-pool.js';
import type { Measurement } from './measurement.js';
import { metricKeys } from './metric-keys.js';
import type { MetricResources } from './metrics/metric.js';
import type { Protocol } from './protocol-schema.js';
import type { EvaluationResult } from './result-schema.js';
import { unmeasured } from './unmeasured.js';

/**
 * Rises when predictions, J or F could change though nothing else does; kept measurements of others are not taken. Metrics have
 * versions of their own.
 */
const EVALUATION_VERSION = 2;

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
  /**
   * Told when one of several contestants fails: it is left out of the result, whose deviations say so, and the others go on.
   * Without it, and when nobody is left, the error is thrown.
   */
  readonly onFailure?: ((contestant: string, error: Error) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Measures contestants on a protocol's items, one item after the other, so that memory does not grow with the data set.
 * @throws ConfigError for unknown metrics, two contestants of one id, or no items; MediaError naming a file that is missing
 * or damaged; what contestants, metrics and the segmenter throw, unless `onFailure` is told and others go on.
 */
export async function evaluate(
  protocol: Protocol,
  { items, warnings }: OpenedProtocol,
  contestants: readonly Contestant[],
  options: EvaluationOptions = {},
): Promise<EvaluationResult> {
  const metrics = chooseMetrics(protocol, options.metrics);
  requireDistinct(items, contestants);
  const { resources = {}, workers = 0, segmentation, signal } = options;
  const instrument = await openThreadedInstrument(metrics, resources, workers);
  try {
    const settings = {
      ...{ instrument, chosen: metrics, segmentation, signal, version: EVALUATION_VERSION },
      wanted: { metrics: await metricKeys(metrics, resources), segmentation: segmentationKey(options) },
      ...{ cache: options.cache ?? noCache, quantize: protocol.quantize, pending: 2 * workers + 1 },
    };
    const { measurements, failures } = await measureAll(items, contestants, settings, options);
    const finished = contestants.filter(({ id }) => !failures.has(id));
    return makeResult({
      ...{ protocol, metrics, items, contestants: finished },
      measurements: items.map((_, i) => finished.map(({ id }) => measurements.get(id)![i]!)),
      deviations: [
        ...deviationsOf(protocol, items, metrics, options),
        ...describeProblems(warnings.filter(({ path }) => path !== WHOLE_SET)),
        ...unmeasured(metrics, finished, measurements),
        ...[...failures].map(([id, message]) => `${id} is left out: ${message}`),
      ],
      isSegmented: segmentation !== undefined,
      pictures: [],
      environment: options.environment ?? {},
      bootstrap: options.bootstrap ?? {},
    });
  } finally {
    await instrument.dispose();
  }
}

/** Of each contestant the measurements in the order of the items, or why it failed. */
interface Measured {
  readonly measurements: ReadonlyMap<string, readonly Measurement[]>;
  readonly failures: ReadonlyMap<string, string>;
}

async function measureAll(
  items: readonly EvaluationItem[],
  contestants: readonly Contestant[],
  settings: MeasureContestantOptions,
  { onFailure, onProgress, signal }: EvaluationOptions,
): Promise<Measured> {
  const measurements = new Map(contestants.map(({ id }) => [id, [] as Measurement[]]));
  const failures = new Map<string, string>();
  const total = contestants.length * items.reduce((sum, { predictions }) => sum + predictions.length, 0);
  let done = 0;
  for (const item of items) {
    for (const contestant of contestants.filter(({ id }) => !failures.has(id))) {
      const { id } = contestant;
      const before = done;
      const tell = (frames: number): void => {
        done += frames;
        onProgress?.({ type: 'progress', stage: 'evaluate', done, total, note: `${id}, ${item.id}` });
      };
      try {
        signal?.throwIfAborted();
        const found = await measureContestant(item, contestant, { ...settings, onFrame: () => tell(1) });
        measurements.get(id)!.push(found.measurement);
        if (!found.isMeasured) tell(item.predictions.length);
      } catch (error) {
        const isLast = failures.size === contestants.length - 1;
        if (onFailure === undefined || isLast || signal?.aborted || !(error instanceof Error)) throw error;
        failures.set(id, error.message);
        onFailure(id, error);
        // As if it had been measured to the end, so that progress reaches the total.
        const rest = items.slice(items.indexOf(item)).reduce((sum, { predictions }) => sum + predictions.length, 0);
        done = before + rest;
      }
    }
  }
  return { measurements, failures };
}

function requireDistinct(items: readonly EvaluationItem[], contestants: readonly Contestant[]): void {
  if (items.length === 0) throw new ConfigError('items', 'there is nothing to evaluate on.');
  if (contestants.length === 0) throw new ConfigError('contestants', 'there is nobody to evaluate.');
  const ids = contestants.map(({ id }) => id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw new ConfigError('contestants', `"${twice}" is there twice.`);
}

/** A key of all that J and F depend on besides item and contestant; undefined without a segmenter. */
function segmentationKey({ segmentation }: EvaluationOptions): string | undefined {
  return segmentation && contentKey({ objects: segmentation.objects, facts: segmentation.facts });
}

function deviationsOf(
  protocol: Protocol,
  items: readonly EvaluationItem[],
  metrics: readonly ChosenMetric[],
  { deviations = [] }: EvaluationOptions,
): string[] {
  const found = [...deviations];
  if (protocol.items !== undefined && items.length !== protocol.items) {
    found.push(`${items.length} ${items.length === 1 ? 'item' : 'items'} instead of ${protocol.items}.`);
  }
  const missing = protocol.metrics.filter(
    ({ metric, as = metric, optional }) => !optional && !metrics.some(({ name }) => name === as),
  );
  if (missing.length > 0) found.push(`Not measured: ${missing.map(({ metric, as = metric }) => as).join(', ')}.`);
  return found;
}
