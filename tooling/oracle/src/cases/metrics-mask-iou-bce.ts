import { join } from 'node:path';
import { binaryCrossEntropy, softIou, thresholdedIou } from '@vosvfi/eval';
import { z } from 'zod';
import type { MetricCase, MetricComparison } from '../case.js';
import { comparison, readExpected, readNpy, readStoredMask } from '../metric-folder.js';

const expectedSchema = z.object({
  cases: z.array(
    z.object({
      name: z.string(),
      gt: z.string(),
      prob: z.string(),
      values: z.object({
        bce_torch_float64: z.number(),
        bce_torch_float32: z.number(),
        bce_sum_torch_float64: z.number(),
        bce_clipped_1e7_float64: z.number(),
        intersection: z.number(),
        union: z.number(),
        iou_threshold_half_davis: z.number(),
        soft_iou: z.number().nullable(),
      }),
    }),
  ),
  logits_case: z.object({ logits: z.string(), gt: z.string(), bce_of_sigmoid_float64: z.number() }),
});

const DOUBLE = 1e-12;
const SINGLE = 1e-6;

/** Cross entropy and intersection over union of soft masks. */
export const metricCase: MetricCase = {
  ids: ['mask_iou_bce'],
  async run(dir) {
    const expected = await readExpected(dir, expectedSchema);
    const comparisons: MetricComparison[] = [];
    for (const { name, gt, prob, values } of expected.cases) {
      const region = (await readStoredMask(join(dir, gt))).data;
      const probabilities = Float64Array.from((await readStoredMask(join(dir, prob))).data, (value) => value / 255);
      const entropy = binaryCrossEntropy(probabilities, region);
      const pairs: [string, number, number, number][] = [
        ['bce_torch_float64', entropy, values.bce_torch_float64, DOUBLE],
        ['bce_torch_float32', entropy, values.bce_torch_float32, SINGLE],
        ['bce_sum_torch_float64', entropy * region.length, values.bce_sum_torch_float64, DOUBLE],
        [
          'bce_clipped_1e7_float64',
          binaryCrossEntropy(probabilities, region, 'clipped'),
          values.bce_clipped_1e7_float64,
          DOUBLE,
        ],
        ['iou_threshold_half_davis', thresholdedIou(probabilities, region), values.iou_threshold_half_davis, DOUBLE],
        ['soft_iou', softIou(probabilities, region) ?? Number.NaN, values.soft_iou ?? Number.NaN, DOUBLE],
      ];
      for (const [key, actual, value, tolerance] of pairs) {
        comparisons.push(comparison(`${name} ${key}`, actual, value, tolerance));
      }
    }
    const { logits, gt, bce_of_sigmoid_float64: entropy } = expected.logits_case;
    const probabilities = (await readNpy(join(dir, logits))).values.map((value) => 1 / (1 + Math.exp(-value)));
    const region = Uint8Array.from((await readNpy(join(dir, gt))).values);
    comparisons.push(comparison('logits', binaryCrossEntropy(probabilities, region), entropy, DOUBLE));
    return comparisons;
  },
};
