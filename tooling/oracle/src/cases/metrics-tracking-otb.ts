import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { centreDistance, evaluateOnePass, type Region, rectangleOverlap, summarizeOnePass } from '@vosvfi/eval';
import { z } from 'zod';
import type { MetricCase, MetricComparison } from '../case.js';
import { comparison, readExpected, storedNumber } from '../metric-folder.js';

const curves = z.object({
  success_curve: z.array(storedNumber),
  precision_curve: z.array(storedNumber),
  success_score: storedNumber,
  precision_score: storedNumber,
  success_rate: storedNumber,
});
const expectedSchema = z.object({
  got10k: z.record(z.string(), z.object({ overall: curves, seq_wise: z.record(z.string(), curves) })),
  pysot_ope: z.record(
    z.string(),
    z.object({ auc: storedNumber, precision_20px: storedNumber, norm_precision_index20: storedNumber }),
  ),
  per_frame: z.record(
    z.string(),
    z.record(z.string(), z.object({ iou: z.array(storedNumber), center_error: z.array(storedNumber) })),
  ),
});

const EXACT = 1e-12;

async function readBoxes(file: string): Promise<Region[]> {
  const text = await readFile(file, 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => line.split(/[\s,]+/).map(Number));
}

function compareCurves(
  name: string,
  actual: ReturnType<typeof evaluateOnePass>,
  expected: z.infer<typeof curves>,
): MetricComparison[] {
  const pointwise = (key: string, a: readonly number[], b: readonly number[]): MetricComparison[] =>
    b.map((value, i) => comparison(`${name} ${key}[${i}]`, a[i] ?? Number.NaN, value, EXACT));
  return [
    ...pointwise('success', actual.successCurve, expected.success_curve),
    ...pointwise('precision', actual.precisionCurve, expected.precision_curve),
    comparison(`${name} success score`, actual.successScore, expected.success_score, EXACT),
    comparison(`${name} precision score`, actual.precisionScore, expected.precision_score, EXACT),
    comparison(`${name} success rate`, actual.successRate, expected.success_rate, EXACT),
  ];
}

/** Success and precision of one-pass evaluation. */
export const metricCase: MetricCase = {
  ids: ['tracking_otb'],
  async run(dir) {
    const expected = await readExpected(dir, expectedSchema);
    const comparisons: MetricComparison[] = [];
    for (const [tracker, { overall, seq_wise }] of Object.entries(expected.got10k)) {
      const results = [];
      const ofPysot = [];
      for (const [sequence, values] of Object.entries(seq_wise)) {
        const annotations = await readBoxes(join(dir, `${sequence}_groundtruth.txt`));
        const boxes = await readBoxes(join(dir, 'results/OTB2015', tracker, `${sequence}.txt`));
        const result = evaluateOnePass(annotations, boxes);
        results.push(result);
        ofPysot.push(evaluateOnePass(annotations, boxes, { convention: 'pysot' }));
        comparisons.push(...compareCurves(`${tracker} ${sequence}`, result, values));
        const frames = expected.per_frame[tracker]![sequence]!;
        frames.iou.forEach((iou, t) => {
          const [a, b] = [annotations[t]!, boxes[t]!];
          comparisons.push(comparison(`${tracker} ${sequence} ${t} overlap`, rectangleOverlap(a, b), iou, EXACT));
          const distance = frames.center_error[t]!;
          comparisons.push(comparison(`${tracker} ${sequence} ${t} centre`, centreDistance(a, b), distance, EXACT));
        });
      }
      const summary = summarizeOnePass(results);
      comparisons.push(...compareCurves(tracker, summary, overall));
      const pysot = expected.pysot_ope[tracker]!;
      const found = summarizeOnePass(ofPysot);
      comparisons.push(comparison(`${tracker} pysot AUC`, found.successScore, pysot.auc, EXACT));
      comparisons.push(comparison(`${tracker} pysot precision`, found.precisionScore, pysot.precision_20px, EXACT));
      const normalized = found.normalizedPrecisionScore;
      comparisons.push(
        comparison(`${tracker} pysot normalized precision`, normalized, pysot.norm_precision_index20, EXACT),
      );
    }
    return comparisons;
  },
};
