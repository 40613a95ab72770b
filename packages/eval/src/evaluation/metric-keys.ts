import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { ChosenMetric } from './choose-metrics.js';
import { contentKey } from './content-key.js';
import type { MetricResources } from './metrics/metric.js';

/**
 * For each metric, by its name in the evaluation, a key of all that its values for a frame or sequence depend on: which it is
 * in which version, options, parameter files (SHA-256), where its network runs, flow finder and Ma score. How it is called in
 * tables and averaged is not part of it.
 */
export async function metricKeys(
  metrics: readonly ChosenMetric[],
  resources: MetricResources,
): Promise<ReadonlyMap<string, string>> {
  const keys = metrics.map(async ({ name, entry, options }): Promise<[string, string]> => {
    const files = await entry.parameterFiles(resources);
    const facts = {
      ...{ metric: entry.name, version: entry.version, options },
      parameters: await Promise.all(files.map(digestOf)),
      engine: files.length > 0 && !entry.isPure ? (resources.engine ?? null) : null,
      ma: entry.name === 'pi' ? (resources.ma?.id ?? null) : null,
      flow: entry.needs.includes('flow') ? (resources.flow?.id ?? null) : null,
    };
    return [name, contentKey(facts)];
  });
  return new Map(await Promise.all(keys));
}

/** SHA-256 of a file's content. */
export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
