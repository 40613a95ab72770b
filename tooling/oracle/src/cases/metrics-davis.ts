import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mask } from '@vosvfi/core';
import {
  boundaryMap,
  boundaryMeasure,
  boundaryRadius,
  type DavisObjectResult,
  evaluateDavisSequence,
  evaluateUnsupervisedSequence,
  jaccard,
  summarizeDavis,
} from '@vosvfi/eval';
import { z } from 'zod';
import type { MetricCase, MetricComparison } from '../case.js';
import { comparison, readExpected, readStoredMask, storedNumber } from '../metric-folder.js';

const statisticsSchema = z.strictObject({
  J_mean: storedNumber,
  J_recall: storedNumber,
  J_decay: storedNumber,
  F_mean: storedNumber,
  F_recall: storedNumber,
  F_decay: storedNumber,
});

const expectedSchema = z.object({
  semi_supervised: z.object({
    global: z.record(z.string(), storedNumber),
    per_object: z.record(z.string(), statisticsSchema),
  }),
  per_frame: z.record(
    z.string(),
    // `bound_pix`, and `all_N_frames_J` and `_F` of a sequence of N frames.
    z.record(z.string(), z.union([storedNumber, z.array(storedNumber)])),
  ),
  unsupervised_with_void: z.record(z.string(), statisticsSchema),
  pairs: z.array(
    z.object({
      name: z.string(),
      void: z.boolean(),
      bound_th: storedNumber,
      bound_pix: storedNumber,
      J: storedNumber,
      F: storedNumber,
      boundary_pixels_gt: storedNumber,
      boundary_pixels_res: storedNumber,
    }),
  ),
});

type Expected = z.infer<typeof expectedSchema>;

/** Ratios of pixel counts, summed in another order. */
const EXACT = 1e-13;

async function readSequence(dir: string, ...path: string[]): Promise<Mask[]> {
  const folder = join(dir, ...path);
  const names = (await readdir(folder)).sort();
  return Promise.all(names.map((name) => readStoredMask(join(folder, name))));
}

function compareObject(name: string, actual: DavisObjectResult, expected: z.infer<typeof statisticsSchema>) {
  const values = {
    J_mean: actual.jaccard.mean,
    J_recall: actual.jaccard.recall,
    J_decay: actual.jaccard.decay,
    F_mean: actual.boundary.mean,
    F_recall: actual.boundary.recall,
    F_decay: actual.boundary.decay,
  };
  return (Object.keys(values) as (keyof typeof values)[]).map((key) =>
    comparison(`${name} ${key}`, values[key], expected[key], EXACT),
  );
}

async function compareSemiSupervised(dir: string, expected: Expected): Promise<MetricComparison[]> {
  const comparisons: MetricComparison[] = [];
  const names = sequencesOf(Object.keys(expected.semi_supervised.per_object));
  const evaluated = [];
  for (const name of names) {
    const annotations = await readSequence(dir, 'davis', 'Annotations', '480p', name);
    const results = await readSequence(dir, 'results', name);
    const sequence = evaluateDavisSequence(annotations, results);
    evaluated.push(sequence);
    // Every frame, the first and the last included.
    const everyFrame = evaluateDavisSequence(annotations, results, { frames: annotations.map((_, i) => i) });
    sequence.objects.forEach((object, i) => {
      const key = `${name}_${object.object}`;
      comparisons.push(...compareObject(key, object, expected.semi_supervised.per_object[key]!));
      const frames = expected.per_frame[key]!;
      const { jaccard: region, boundary } = everyFrame.objects[i]!;
      const { width, height } = annotations[0]!;
      const radius = boundaryRadius(width, height, 0.008);
      for (const [quantity, stored] of Object.entries(frames)) {
        if (!Array.isArray(stored)) {
          comparisons.push(comparison(`${key} ${quantity}`, radius, stored, 0));
          continue;
        }
        const { perFrame } = quantity.endsWith('J') ? region : boundary;
        stored.forEach((value, f) => {
          comparisons.push(comparison(`${key} ${quantity}[${f}]`, perFrame[f] ?? Number.NaN, value, EXACT));
        });
      }
    });
  }
  const { jAndF, jaccard: region, boundary } = summarizeDavis(evaluated);
  const totals: Record<string, number> = {
    'J&F-Mean': jAndF,
    'J-Mean': region.mean,
    'J-Recall': region.recall,
    'J-Decay': region.decay,
    'F-Mean': boundary.mean,
    'F-Recall': boundary.recall,
    'F-Decay': boundary.decay,
  };
  for (const [key, value] of Object.entries(expected.semi_supervised.global)) {
    comparisons.push(comparison(`all objects ${key}`, totals[key] ?? Number.NaN, value, EXACT));
  }
  return comparisons;
}

async function compareUnsupervised(dir: string, expected: Expected): Promise<MetricComparison[]> {
  const keys = Object.keys(expected.unsupervised_with_void);
  const comparisons: MetricComparison[] = [];
  for (const name of sequencesOf(keys)) {
    const { objects } = evaluateUnsupervisedSequence(
      await readSequence(dir, 'davis', 'Annotations_unsupervised', '480p', name),
      await readSequence(dir, 'results_unsupervised', name),
    );
    // The official tool numbers matches in the order of proposals.
    const ordered = [...objects].sort((a, b) => a.proposal - b.proposal);
    ordered.forEach((object, i) => {
      const key = `${name}_${i + 1}`;
      comparisons.push(...compareObject(`unsupervised ${key}`, object, expected.unsupervised_with_void[key]!));
    });
  }
  return comparisons;
}

/** Names of sequences in keys `NAME_OBJECT`. */
function sequencesOf(keys: readonly string[]): string[] {
  return [...new Set(keys.map((key) => key.slice(0, key.lastIndexOf('_'))))];
}

async function comparePairs(dir: string, expected: Expected): Promise<MetricComparison[]> {
  const comparisons: MetricComparison[] = [];
  const count = (map: Uint8Array): number => map.reduce((sum, value) => sum + value, 0);
  for (const pair of expected.pairs) {
    const read = (part: string): Promise<Mask> => readStoredMask(join(dir, 'pairs', `${pair.name}_${part}.png`));
    const [annotation, result] = [await read('gt'), await read('res')];
    const ignore = pair.void ? await read('void') : undefined;
    const options = ignore === undefined ? {} : { ignore };
    const radius = boundaryRadius(annotation.width, annotation.height, pair.bound_th);
    comparisons.push(
      comparison(`${pair.name} radius`, radius, pair.bound_pix, 0),
      comparison(`${pair.name} boundary of annotation`, count(boundaryMap(annotation)), pair.boundary_pixels_gt, 0),
      comparison(`${pair.name} boundary of result`, count(boundaryMap(result)), pair.boundary_pixels_res, 0),
      comparison(`${pair.name} J`, jaccard(annotation, result, ignore), pair.J, EXACT),
      comparison(
        `${pair.name} F`,
        boundaryMeasure(annotation, result, { tolerance: pair.bound_th, ...options }),
        pair.F,
        EXACT,
      ),
    );
  }
  return comparisons;
}

/** J, F and their statistics, semi-supervised and unsupervised. */
export const metricCase: MetricCase = {
  ids: ['davis'],
  async run(dir) {
    const expected = await readExpected(dir, expectedSchema);
    return [
      ...(await comparePairs(dir, expected)),
      ...(await compareSemiSupervised(dir, expected)),
      ...(await compareUnsupervised(dir, expected)),
    ];
  },
};
