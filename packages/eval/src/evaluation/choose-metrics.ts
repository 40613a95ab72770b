import { ConfigError } from '@vosvfi/core';
import type { MetricEntry, MetricOptions } from './metrics/metric.js';
import { findMetric } from './metrics/registry.js';
import type { Protocol } from './protocol-schema.js';

/** A metric of an evaluation. */
export interface ChosenMetric {
  /** Name in tables, unique in the evaluation. */
  readonly name: string;
  readonly entry: MetricEntry;
  /** Checked and complete. */
  readonly options: MetricOptions;
  readonly average: 'per-frame' | 'per-sequence';
}

/**
 * The metrics to measure: those that are named, else the protocol's that are not optional. A name is that of one of the
 * protocol's metrics, or of any in the registry, which is then averaged as the protocol's first.
 * @throws ConfigError for a name that neither knows, a name given twice, and options that a metric does not have.
 */
export function chooseMetrics(protocol: Protocol, names?: readonly string[]): readonly ChosenMetric[] {
  const own = protocol.metrics.map(({ metric, as = metric, options, average, optional }) => {
    const entry = findMetric(metric);
    return { name: as, entry, options: entry.checkOptions(options), average, optional };
  });
  const chosen = names?.map((name) => own.find((metric) => metric.name === name) ?? addedMetric(protocol, name));
  const metrics = chosen ?? own.filter(({ optional }) => !optional);
  const twice = metrics.find(({ name }, i) => metrics.findIndex((other) => other.name === name) !== i);
  if (twice !== undefined) throw new ConfigError('metrics', `"${twice.name}" is there twice.`);
  if (metrics.length === 0) throw new ConfigError('metrics', 'there is nothing to measure.');
  return metrics.map(({ name, entry, options, average }) => ({ name, entry, options, average }));
}

function addedMetric(protocol: Protocol, name: string): ChosenMetric {
  const entry = findMetric(name);
  return { name, entry, options: entry.checkOptions({}), average: protocol.metrics[0]!.average };
}
