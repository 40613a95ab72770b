import { testMetrics } from '@vosvfi/eval';
import { z } from 'zod';

const metricsSchema = z.record(z.enum(testMetrics), z.number().nullable());

/** Results of one maker of frames by test set. */
export const testResultsSchema = z.record(
  z.string(),
  z.strictObject({ mean: metricsSchema, items: z.record(z.string(), metricsSchema) }),
);

/** Results of those that are not trained: `repeat`, `blend`, and the true frames. */
export const baselinesSchema = z.record(z.string(), testResultsSchema);

/** How a run went. */
export const trainingSchema = z.strictObject({
  steps: z.int(),
  /** Median over the run. */
  secondsPerStep: z.number().nullable(),
  /** Of the training; `null` if it was interrupted meanwhile. */
  seconds: z.number().nullable(),
  dataWaitShare: z.number(),
  /** Steps left out because a value was not finite. */
  skipped: z.int(),
  /** Loss and terms, means over the last tenth of the steps. */
  last: z.record(z.string(), z.number()),
});

/** See {@link trainingSchema}. */
export type TrainingRecord = z.output<typeof trainingSchema>;

/** A measured ratio of step times. */
export const calibrationSchema = z.array(
  z.strictObject({
    name: z.string(),
    variant: z.string(),
    reference: z.string(),
    variantSecondsPerStep: z.number(),
    referenceSecondsPerStep: z.number(),
    ratio: z.number(),
    steps: z.int(),
  }),
);
