import { join } from 'node:path';
import { readFrame } from '@vosvfi/data';
import { niqe, readNiqeModel } from '@vosvfi/eval';
import { z } from 'zod';
import type { MetricCase, MetricComparison } from '../case.js';
import { readExpected, relativeComparison, storedNumber } from '../metric-folder.js';

const expectedSchema = z.object({
  cases: z.array(
    z.object({
      image: z.string(),
      niqe_pyiqa_yiq: storedNumber,
      /** For orientation by the folder's notes. */
      niqe_basicsr_on_bt601_studio_luma: storedNumber.optional(),
    }),
  ),
});

/** "1e-6 is usual" by the folder's notes, which allow 1e-3 where rounding moves a fitted shape by a step. */
const SAME_ARITHMETIC = 1e-6;
/** BasicSR resizes and filters with other code. */
const OTHER_FILTERS = 1e-3;

/** NIQE of photographs. */
export const metricCase: MetricCase = {
  ids: ['niqe'],
  async run(dir) {
    const { cases } = await readExpected(dir, expectedSchema);
    const model = await readNiqeModel(join(dir, 'niqe_pristine.safetensors'));
    const comparisons: MetricComparison[] = [];
    for (const { image, niqe_pyiqa_yiq: yiq, niqe_basicsr_on_bt601_studio_luma: studio } of cases) {
      const frame = await readFrame(join(dir, image));
      comparisons.push(relativeComparison(`${image} yiq`, niqe(frame, model), yiq, SAME_ARITHMETIC));
      if (studio === undefined) continue;
      const measured = niqe(frame, model, { luma: 'bt601' });
      comparisons.push(relativeComparison(`${image} bt601`, measured, studio, OTHER_FILTERS));
    }
    return comparisons;
  },
};
