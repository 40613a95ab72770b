import { ConfigError } from '@vosvfi/core';
import type { MetricEntry } from './metric.js';
import { pixelMetrics } from './pixel-metrics.js';
import { structureMetrics } from './structure-metrics.js';

const entries: readonly MetricEntry[] = [...pixelMetrics, ...structureMetrics];

/** Every metric that can be named, in a fixed order. */
export function listMetrics(): readonly MetricEntry[] {
  return entries;
}

/**
 * The metric called `name`.
 * @throws ConfigError listing the names that exist.
 */
export function findMetric(name: string): MetricEntry {
  const entry = entries.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry;
  throw new ConfigError('metric', `there is no metric "${name}".`, {
    hint: `Known: ${entries.map((candidate) => candidate.name).join(', ')}.`,
  });
}
