import type { ChosenMetric } from './choose-metrics.js';
import { contentKey } from './content-key.js';
import type { Contestant } from './contestant.js';
import type { EvaluationItem } from './item.js';
import type { MeasurementCache } from './item-cache.js';
import {
  keepMeasurement,
  mergeMeasurements,
  missingParts,
  type WantedParts,
  wantedMeasurement,
} from './kept-measurement.js';
import { type MeasureItemOptions, measureItem } from './measure-item.js';
import type { Measurement } from './measurement.js';

/** What measuring one contestant on one item needs. */
export interface MeasureContestantOptions extends Omit<MeasureItemOptions, 'metrics' | 'needsMasks'> {
  readonly chosen: readonly ChosenMetric[];
  readonly wanted: WantedParts;
  readonly cache: MeasurementCache;
  /** Rises when kept values must not be taken any more. */
  readonly version: number;
}

/**
 * Measures what is not kept of a contestant's predictions for an item, and keeps it. Nothing is predicted if nothing is missing.
 * @returns also whether anything had to be measured.
 * @throws as `measureItem`; ConfigError for a cache that cannot be read or written.
 */
export async function measureContestant(
  item: EvaluationItem,
  contestant: Contestant,
  options: MeasureContestantOptions,
): Promise<{ readonly measurement: Measurement; readonly isMeasured: boolean }> {
  const { chosen, wanted, cache, version, quantize, segmentation, ...rest } = options;
  const key = await keyOf(item, contestant, { version, quantize });
  const kept = await cache.read(key);
  const missing = missingParts(kept, wanted);
  if (kept !== undefined && missing === undefined) {
    return { measurement: wantedMeasurement(kept, wanted), isMeasured: false };
  }
  const parts = missing ?? { metrics: new Set<string>(), segmentation: false };
  const measured = await measureItem(item, contestant, {
    ...rest,
    quantize,
    metrics: parts.metrics,
    needsMasks: chosen.some(({ name, entry }) => parts.metrics.has(name) && entry.needs.includes('mask')),
    segmentation: parts.segmentation ? segmentation : undefined,
  });
  const found = keepMeasurement(measured, { key, item: item.id, contestant: contestant.id }, wanted, parts);
  await cache.add(found);
  const all = kept === undefined ? found : mergeMeasurements(kept, found);
  return { measurement: wantedMeasurement(all, wanted), isMeasured: true };
}

/** A key of everything that predictions depend on. */
async function keyOf(item: EvaluationItem, contestant: Contestant, settings: unknown): Promise<string> {
  const { kind, facts } = contestant;
  return contentKey({
    item: { digest: await item.digest(), given: item.given, predictions: item.predictions },
    contestant: { kind, facts, files: (await contestant.digest?.(item)) ?? null },
    settings,
  });
}
