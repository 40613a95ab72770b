import { join } from 'node:path';
import { readFlow, readFrame } from '@vosvfi/data';
import { occlusionMask, pairWarpingError, warpingError } from '@vosvfi/eval';
import { z } from 'zod';
import type { MetricCase, MetricComparison } from '../case.js';
import { comparison, readExpected, readStoredMask } from '../metric-folder.js';

const expectedSchema = z.object({
  flows: z.array(z.string()),
  backward_flows: z.array(z.string()),
  occlusion_parts: z.array(z.object({ pair: z.number(), occluded_pixels: z.number() })),
  sequences: z.record(
    z.string(),
    z.object({
      frames: z.array(z.string()),
      occlusion: z.array(z.string()),
      E_warp: z.number(),
      per_pair: z.array(z.object({ pair: z.number(), error_float64_sum: z.number() })),
    }),
  ),
});

/** Of values of about 1e-3: the reference warps in float32. */
const SINGLE = 1e-9;

/** Warping error and occlusion masks. */
export const metricCase: MetricCase = {
  ids: ['ewarp'],
  async run(dir) {
    const expected = await readExpected(dir, expectedSchema);
    const comparisons: MetricComparison[] = [];
    const flows = await Promise.all(expected.flows.map((file) => readFlow(join(dir, file))));
    const backward = await Promise.all(expected.backward_flows.map((file) => readFlow(join(dir, file))));
    for (const { pair, occluded_pixels } of expected.occlusion_parts) {
      const mask = occlusionMask(flows[pair]!, backward[pair]!);
      const stored = await readStoredMask(join(dir, `occ_0000${pair}.png`));
      const wrong = mask.data.filter((value, i) => (value === 0) !== (stored.data[i] === 0)).length;
      const occluded = mask.data.filter((value) => value !== 0).length;
      comparisons.push(comparison(`pair ${pair} occluded pixels`, occluded, occluded_pixels, 0));
      comparisons.push(comparison(`pair ${pair} wrong pixels`, wrong, 0, 0));
    }
    for (const [name, sequence] of Object.entries(expected.sequences)) {
      const frames = await Promise.all(sequence.frames.map((file) => readFrame(join(dir, file))));
      const masks = await Promise.all(sequence.occlusion.map((file) => readStoredMask(join(dir, file))));
      const pairs = masks.map((occlusion, t) => ({
        frame: frames[t]!,
        next: frames[t + 1]!,
        flow: flows[t]!,
        occlusion,
      }));
      for (const { pair, error_float64_sum } of sequence.per_pair) {
        comparisons.push(comparison(`${name} pair ${pair}`, pairWarpingError(pairs[pair]!), error_float64_sum, SINGLE));
      }
      comparisons.push(comparison(`${name} E_warp`, warpingError(pairs), sequence.E_warp, SINGLE));
    }
    return comparisons;
  },
};
