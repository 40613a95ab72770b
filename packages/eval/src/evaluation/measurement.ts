import type { DavisSequenceResult } from '../davis/sequence.js';
import type { MetricValues } from './instrument.js';

/** What was measured of one contestant's predictions for one item. */
export interface Measurement {
  /** Ascending. */
  readonly frames: readonly {
    readonly index: number;
    /** Time that predicting took. */
    readonly milliseconds: number;
    readonly values: MetricValues;
  }[];
  /** Of metrics that look at the whole sequence. */
  readonly values: MetricValues;
  /** J and F: over all inner frames, and over the predicted ones among them; null where there are no objects. */
  readonly segmentation: {
    readonly allFrames: DavisSequenceResult;
    readonly predictedFrames: DavisSequenceResult | null;
  } | null;
}
