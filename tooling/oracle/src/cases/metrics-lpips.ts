import { join } from 'node:path';
import { readFrame } from '@vosvfi/data';
import { createLpips, createPairMetric, type LpipsBackbone, readMetricParameters } from '@vosvfi/eval/learned';
import { z } from 'zod';
import type { MetricCase, MetricComparison } from '../case.js';
import { readExpected, relativeComparison, storedNumber } from '../metric-folder.js';
import { backboneWeights } from '../metric-weights.js';

const valuesSchema = z.object({ float32: storedNumber, float64: storedNumber });
const expectedSchema = z.object({
  cases: z.array(
    z.object({
      name: z.string(),
      ref: z.string(),
      dis: z.string(),
      values: z.partialRecord(z.enum(['alex', 'squeeze', 'vgg']), valuesSchema),
    }),
  ),
});

/** What the folder's notes expect of float32. */
const SINGLE = 1e-5;

async function compareBackbone(
  dir: string,
  backbone: LpipsBackbone,
  cases: z.infer<typeof expectedSchema>['cases'],
): Promise<MetricComparison[]> {
  const network = createLpips({ backbone });
  const heads = await readMetricParameters(join(dir, 'lpips_heads.safetensors'));
  const ours = network.parameters.filter(({ key }) => key.startsWith('lin'));
  const weights = new Map([
    ...backboneWeights(network.parameters),
    ...ours.map(({ key }) => [key, heads.get(`v0.1.${backbone}.${key}`)!] as const),
  ]);
  const metric = createPairMetric(network, { weights });
  const comparisons: MetricComparison[] = [];
  for (const { name, ref, dis, values } of cases) {
    const expected = values[backbone];
    if (expected === undefined) continue;
    const frames = await Promise.all([ref, dis].map((file) => readFrame(join(dir, file))));
    const actual = await metric.measure(frames[0]!, frames[1]!);
    comparisons.push(relativeComparison(`${name} ${backbone} float64`, actual, expected.float64, SINGLE));
    comparisons.push(relativeComparison(`${name} ${backbone} float32`, actual, expected.float32, SINGLE));
  }
  await metric.dispose();
  return comparisons;
}

/** LPIPS with made-up backbones. */
export const metricCase: MetricCase = {
  ids: ['lpips'],
  async run(dir) {
    const { cases } = await readExpected(dir, expectedSchema);
    const comparisons: MetricComparison[] = [];
    for (const backbone of ['alex', 'squeeze', 'vgg'] as const) {
      comparisons.push(...(await compareBackbone(dir, backbone, cases)));
    }
    return comparisons;
  },
};
