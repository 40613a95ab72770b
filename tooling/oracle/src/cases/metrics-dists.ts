import { join } from 'node:path';
import { readFrame } from '@vosvfi/data';
import { createDists, createPairMetric, readMetricParameters } from '@vosvfi/eval/learned';
import { z } from 'zod';
import type { MetricCase, MetricComparison } from '../case.js';
import { readExpected, storedNumber } from '../metric-folder.js';
import { backboneWeights } from '../metric-weights.js';

const expectedSchema = z.object({
  cases: z.array(
    z.object({
      name: z.string(),
      ref: z.string(),
      dis: z.string(),
      values: z.object({ float32: storedNumber, float64: storedNumber }),
    }),
  ),
});

/** The reference's float32 loses digits by cancellation: 1e-4 absolute by the folder's notes. */
const REFERENCE_SINGLE = 1e-4;
/** Ours keeps them, so the float64 values are met by the relative limit that networks have. */
const SINGLE = 1e-4;
/** The rounding of the float64 reference, which shows where it should give 0. */
const DOUBLE = 1e-12;

/** DISTS with a made-up backbone. */
export const metricCase: MetricCase = {
  ids: ['dists'],
  async run(dir) {
    const { cases } = await readExpected(dir, expectedSchema);
    const network = createDists();
    const mixture = await readMetricParameters(join(dir, 'dists_weights.safetensors'));
    const weights = new Map([...backboneWeights(network.parameters), ...mixture]);
    // As the official code, which takes a single pixel.
    const metric = createPairMetric(network, { weights }, 1);
    const comparisons: MetricComparison[] = [];
    for (const { name, ref, dis, values } of cases) {
      const frames = await Promise.all([ref, dis].map((file) => readFrame(join(dir, file))));
      const actual = await metric.measure(frames[0]!, frames[1]!);
      const { float64 } = values;
      const tolerance = SINGLE * Math.abs(float64) + DOUBLE;
      comparisons.push({ name: `${name} float64`, actual, expected: float64, tolerance });
      comparisons.push({ name: `${name} float32`, actual, expected: values.float32, tolerance: REFERENCE_SINGLE });
    }
    await metric.dispose();
    return comparisons;
  },
};
