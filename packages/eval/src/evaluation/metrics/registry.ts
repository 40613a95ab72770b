import { ConfigError, suggestion } from '@vosvfi/core';
import { learnedMetrics } from './learned-metrics.js';
import type { MetricEntry } from './metric.js';
import { pixelMetrics } from './pixel-metrics.js';
import { qualityMetrics } from './quality-metrics.js';
import { sequenceMetrics } from './sequence-metrics.js';
import { structureMetrics } from './structure-metrics.js';

const entries: readonly MetricEntry[] = [
  ...pixelMetrics,
  ...structureMetrics,
  ...qualityMetrics,
  ...learnedMetrics,
  ...sequenceMetrics,
];

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
  const known = entries.map((candidate) => candidate.name);
  throw new ConfigError('metric', `there is no metric "${name}".`, {
    hint: `${suggestion(name, known)} Known: ${known.join(', ')}.`.trimStart(),
  });
}
