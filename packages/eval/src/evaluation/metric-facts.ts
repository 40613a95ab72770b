import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { ChosenMetric } from './choose-metrics.js';
import type { MetricResources } from './metrics/metric.js';

/** What metrics' values depend on: their names, options, parameter files (SHA-256), flow finder and Ma score. */
export async function metricFacts(metrics: readonly ChosenMetric[], resources: MetricResources): Promise<unknown> {
  return Promise.all(
    metrics.map(async ({ name, entry, options }) => ({
      name,
      metric: entry.name,
      options,
      parameters: await Promise.all((await entry.parameterFiles(resources)).map(digestOf)),
      ma: entry.name === 'pi' ? (resources.ma?.id ?? null) : null,
      flow: entry.needs.includes('flow') ? (resources.flow?.id ?? null) : null,
    })),
  );
}

/** SHA-256 of a file's content. */
export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
