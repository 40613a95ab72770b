import type { DavisSequenceResult } from '../davis/sequence.js';
import { mean } from '../davis/statistics.js';
import type { Measurement } from './measurement.js';
import type { EvaluationResult } from './result-schema.js';

/** A mean with the number of things it is over. */
export interface WeightedValue {
  readonly value: number;
  readonly weight: number;
}

type Segmentation = NonNullable<Measurement['segmentation']>;

interface SegmentationMetric {
  readonly name: string;
  readonly title: string;
  readonly isHigherBetter: boolean;
  readonly of: (segmentation: Segmentation) => { result: DavisSequenceResult | null; score: Score };
}

type Score = (object: DavisSequenceResult['objects'][number]) => number;

const jAndF: Score = ({ jaccard, boundary }) => (jaccard.mean + boundary.mean) / 2;

function overAll(name: string, title: string, score: Score, isHigherBetter = true): SegmentationMetric {
  return { name, title, isHigherBetter, of: ({ allFrames }) => ({ result: allFrames, score }) };
}

/**
 * What a segmenter's masks give, in percent. Frames count that are neither first nor last; those of `predicted` are only
 * the predicted ones among them.
 */
const segmentationMetrics: readonly SegmentationMetric[] = [
  overAll('j-and-f', 'J&F', jAndF),
  overAll('j-mean', 'J mean', ({ jaccard }) => jaccard.mean),
  overAll('j-recall', 'J recall', ({ jaccard }) => jaccard.recall),
  overAll('j-decay', 'J decay', ({ jaccard }) => jaccard.decay, false),
  overAll('f-mean', 'F mean', ({ boundary }) => boundary.mean),
  overAll('f-recall', 'F recall', ({ boundary }) => boundary.recall),
  overAll('f-decay', 'F decay', ({ boundary }) => boundary.decay, false),
  {
    name: 'j-and-f-predicted',
    title: 'J&F, predicted frames',
    isHigherBetter: true,
    of: ({ predictedFrames }) => ({ result: predictedFrames, score: jAndF }),
  },
];

/** How reports show J and F. */
export const reportedSegmentationMetrics: EvaluationResult['metrics'] = segmentationMetrics.map(
  ({ name, title, isHigherBetter }) => ({
    ...{ name, title, unit: '%', isHigherBetter },
    ...{ average: 'per-object' as const, digits: 1 },
  }),
);

/** J and F of one item in percent, means over its objects, with their number; null where there are none. */
export function segmentationValues(
  segmentation: Measurement['segmentation'],
): Readonly<Record<string, WeightedValue | null>> {
  const entries = segmentationMetrics.map(({ name, of }) => {
    const { result, score } = segmentation === null ? { result: null, score: jAndF } : of(segmentation);
    if (result === null) return [name, null] as const;
    return [name, { value: 100 * mean(result.objects.map(score)), weight: result.objects.length }] as const;
  });
  return Object.fromEntries(entries);
}
