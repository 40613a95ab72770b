import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { evaluateSupervised, type SupervisedVideo } from '@vosvfi/eval';
import { z } from 'zod';
import type { MetricCase, MetricComparison } from '../case.js';
import { comparison, readExpected, storedNumber } from '../metric-folder.js';

const expectedSchema = z.object({
  trackers: z.record(
    z.string(),
    z.object({
      accuracy: storedNumber,
      robustness: storedNumber,
      lost_number: storedNumber,
      eao: storedNumber,
      video: z.record(
        z.string(),
        z.object({
          accuracy: storedNumber,
          failures: z.array(storedNumber),
          overlaps_mean_over_repeats: z.array(storedNumber),
        }),
      ),
    }),
  ),
  eao_other_intervals: z.record(z.string(), z.record(z.string(), storedNumber)),
});
const region = z.array(storedNumber);
const trajectoriesSchema = z.array(
  z.object({
    name: z.string(),
    width: z.number(),
    height: z.number(),
    groundtruth: z.array(region),
    results: z.record(z.string(), z.array(z.array(region))),
  }),
);

/** Means over runs of float32 overlaps. */
const EXACT = 1e-7;
/** The reference keeps expected overlaps in float32, by the folder's notes. */
const SINGLE = 1e-5;

/** Accuracy, robustness and expected average overlap of supervised runs. */
export const metricCase: MetricCase = {
  ids: ['tracking_vot'],
  async run(dir) {
    const expected = await readExpected(dir, expectedSchema);
    const trajectories = trajectoriesSchema.parse(JSON.parse(await readFile(join(dir, 'trajectories.json'), 'utf8')));
    const videosOf = (tracker: string): SupervisedVideo[] =>
      trajectories.map(({ groundtruth, results, ...video }) => ({
        ...video,
        annotations: groundtruth,
        runs: results[tracker]!,
      }));
    const comparisons: MetricComparison[] = [];
    for (const [tracker, values] of Object.entries(expected.trackers)) {
      const result = evaluateSupervised(videosOf(tracker));
      comparisons.push(
        comparison(`${tracker} accuracy`, result.accuracy, values.accuracy, EXACT),
        comparison(`${tracker} robustness`, result.robustness, values.robustness, EXACT),
        comparison(`${tracker} lost number`, result.lostNumber, values.lost_number, EXACT),
        comparison(`${tracker} EAO`, result.expectedAverageOverlap, values.eao, SINGLE),
      );
      for (const { name, accuracy, failures, overlaps } of result.videos) {
        const ofVideo = values.video[name]!;
        comparisons.push(comparison(`${tracker} ${name} accuracy`, accuracy, ofVideo.accuracy, EXACT));
        failures.forEach((count, run) => {
          comparisons.push(comparison(`${tracker} ${name} failures ${run}`, count, ofVideo.failures[run]!, 0));
        });
        overlaps.forEach((overlap, t) => {
          const stored = ofVideo.overlaps_mean_over_repeats[t]!;
          comparisons.push(comparison(`${tracker} ${name} ${t}`, overlap, stored, EXACT));
        });
      }
    }
    for (const [interval, ofTrackers] of Object.entries(expected.eao_other_intervals)) {
      const [, low, high] = /^low(\d+)_high(\d+)$/.exec(interval)!.map(Number) as [number, number, number];
      for (const [tracker, eao] of Object.entries(ofTrackers)) {
        const { expectedAverageOverlap } = evaluateSupervised(videosOf(tracker), { lengths: [low, high] });
        comparisons.push(comparison(`${tracker} EAO ${interval}`, expectedAverageOverlap, eao, SINGLE));
      }
    }
    return comparisons;
  },
};
