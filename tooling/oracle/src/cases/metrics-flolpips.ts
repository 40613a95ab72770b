import { join } from 'node:path';
import { type HostTensor, hostTensor } from '@vosvfi/core';
import { readFrame } from '@vosvfi/data';
import { createFlolpips, createPairMetric, readMetricParameters } from '@vosvfi/eval/learned';
import { toChannelsLast } from '@vosvfi/testing';
import { z } from 'zod';
import type { MetricCase, MetricComparison } from '../case.js';
import { readExpected, readNpy, relativeComparison, storedNumber } from '../metric-folder.js';
import { backboneWeights } from '../metric-weights.js';

const expectedSchema = z.object({
  cases: z.array(
    z.object({
      name: z.string(),
      ref: z.string(),
      dis: z.string(),
      flow_ref: z.string(),
      flow_dis: z.string(),
      values: z.object({ flolpips_float32: storedNumber, flolpips_float64: storedNumber }),
    }),
  ),
});

const SINGLE = 1e-5;

async function readStoredFlow(file: string): Promise<HostTensor> {
  const { shape, values } = await readNpy(file);
  return toChannelsLast(hostTensor(Float32Array.from(values), [1, ...shape]));
}

/** FloLPIPS with a made-up backbone and given flows; the heads are in the folder `lpips` beside it. */
export const metricCase: MetricCase = {
  ids: ['flolpips'],
  async run(dir) {
    const { cases } = await readExpected(dir, expectedSchema);
    const network = createFlolpips();
    const heads = await readMetricParameters(join(dir, '../lpips/lpips_heads.safetensors'));
    const ours = network.parameters.filter(({ key }) => key.startsWith('lin'));
    const weights = new Map([
      ...backboneWeights(network.parameters),
      ...ours.map(({ key }) => [key, heads.get(`v0.1.alex.${key}`)!] as const),
    ]);
    const metric = createPairMetric(network, { weights });
    const comparisons: MetricComparison[] = [];
    for (const { name, ref, dis, flow_ref, flow_dis, values } of cases) {
      const frames = await Promise.all([ref, dis].map((file) => readFrame(join(dir, file))));
      const referenceFlow = await readStoredFlow(join(dir, flow_ref));
      const distortedFlow = await readStoredFlow(join(dir, flow_dis));
      const actual = await metric.measure(frames[0]!, frames[1]!, { referenceFlow, distortedFlow });
      comparisons.push(relativeComparison(`${name} float64`, actual, values.flolpips_float64, SINGLE));
      comparisons.push(relativeComparison(`${name} float32`, actual, values.flolpips_float32, SINGLE));
    }
    await metric.dispose();
    return comparisons;
  },
};
