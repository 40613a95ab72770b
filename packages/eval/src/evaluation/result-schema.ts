import { z } from 'zod';
import { publishedRowSchema } from './protocol-schema.js';

/** JSON has no infinity. */
const value = z.union([z.number(), z.literal('Infinity').transform(() => Number.POSITIVE_INFINITY), z.null()]);
/** Values of models, by model id, then by metric name; null where a metric says nothing (no mask, one frame only). */
const valuesOfModels = z.record(z.string(), z.record(z.string(), value));

/** A metric as reports show it. */
const reportedMetricSchema = z.strictObject({
  name: z.string(),
  title: z.string(),
  /** For example dB; empty for none. */
  unit: z.string(),
  isHigherBetter: z.boolean(),
  /** `per-object`: J and F, whose means are over all objects of all sequences. */
  average: z.enum(['per-frame', 'per-sequence', 'per-object']),
  /** Digits after the point in tables. */
  digits: z.int(),
});

/** Who was measured. */
const contestantFactsSchema = z.strictObject({
  /** As given: a network's id, `blend`, `minterpolate`, the name given to a folder or file. */
  id: z.string(),
  title: z.string(),
  kind: z.enum(['network', 'onnx', 'frames', 'baseline']),
  /** What identifies it: SHA-256 of weights, settings, versions. */
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** Median time of one prediction (mean of ffmpeg's, whose frames come in bursts); null where nothing was computed. */
  millisecondsPerFrame: z.number().nullable(),
});

const comparisonSchema = z.strictObject({
  metric: z.string(),
  /** First minus second. */
  first: z.string(),
  second: z.string(),
  difference: z.number(),
  /** Paired percentile bootstrap over items. */
  interval: z.tuple([z.number(), z.number()]),
  confidence: z.number(),
  resamples: z.int(),
});

/** Everything an evaluation found; the report is made from it alone (and from pictures beside it). */
export const evaluationResultSchema = z.strictObject({
  format: z.literal('vosvfi-evaluation'),
  formatVersion: z.literal(1),
  protocol: z.strictObject({
    id: z.string(),
    version: z.int(),
    title: z.string(),
    description: z.string(),
    /** Settings that differ from the protocol's own (fewer items, other metrics), a sentence each. */
    deviations: z.array(z.string()),
    published: z.array(
      z.strictObject({
        source: z.string(),
        rows: z.array(publishedRowSchema),
        differences: z.array(z.string()),
      }),
    ),
  }),
  metrics: z.array(reportedMetricSchema),
  contestants: z.array(contestantFactsSchema),
  /** Means over all items. */
  summary: valuesOfModels,
  /** Counts of frames whose value was infinite and is in no mean, by model and metric; only where there are some. */
  infinite: z.record(z.string(), z.record(z.string(), z.int())),
  comparisons: z.array(comparisonSchema),
  items: z.array(
    z.strictObject({
      id: z.string(),
      /** Means over its frames (J and F: over its objects); of metrics that look at a whole sequence, their value. */
      values: valuesOfModels,
      frames: z.array(
        z.strictObject({
          index: z.int(),
          name: z.string(),
          t: z.number(),
          values: valuesOfModels,
        }),
      ),
    }),
  ),
  /** Frames kept as pictures, for the report: paths relative to the result file. */
  pictures: z.array(
    z.strictObject({
      item: z.string(),
      index: z.int(),
      truth: z.string(),
      /** By model. */
      predictions: z.record(z.string(), z.string()),
      mask: z.string().nullable(),
    }),
  ),
  environment: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
});

/** A checked result. */
export type EvaluationResult = z.output<typeof evaluationResultSchema>;
