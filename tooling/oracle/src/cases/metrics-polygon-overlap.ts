import { centreDistance, exactOverlap, rasterOverlap, rectangleOverlap } from '@vosvfi/eval';
import { z } from 'zod';
import type { MetricCase, MetricComparison } from '../case.js';
import { comparison, readExpected, storedNumber } from '../metric-folder.js';

const expectedSchema = z.object({
  pairs: z.array(
    z.object({
      name: z.string(),
      a: z.array(storedNumber),
      b: z.array(storedNumber),
      pysot_vot_overlap_none: storedNumber,
      pysot_vot_overlap_320x240: storedNumber,
      got10k_poly_iou_none: storedNumber,
      got10k_poly_iou_320x240: storedNumber,
      got10k_rect_iou: storedNumber.optional(),
      got10k_center_error: storedNumber.optional(),
    }),
  ),
});

const EXACT = 1e-12;
const bound = { width: 320, height: 240 };

/** Overlap of rotated regions, by pixels and by area. */
export const metricCase: MetricCase = {
  ids: ['polygon_overlap'],
  async run(dir) {
    const { pairs } = await readExpected(dir, expectedSchema);
    return pairs.flatMap(({ name, a, b, ...values }): MetricComparison[] => {
      const rectangles =
        values.got10k_rect_iou === undefined || values.got10k_center_error === undefined
          ? []
          : [
              comparison(`${name} rectangles`, rectangleOverlap(a, b), values.got10k_rect_iou, EXACT),
              comparison(`${name} centres`, centreDistance(a, b), values.got10k_center_error, EXACT),
            ];
      return [
        comparison(`${name} pixels`, rasterOverlap(a, b), values.pysot_vot_overlap_none, 0),
        comparison(`${name} pixels, bound`, rasterOverlap(a, b, bound), values.pysot_vot_overlap_320x240, 0),
        comparison(`${name} area`, exactOverlap(a, b), values.got10k_poly_iou_none, EXACT),
        comparison(`${name} area, bound`, exactOverlap(a, b, bound), values.got10k_poly_iou_320x240, EXACT),
        ...rectangles,
      ];
    });
  },
};
