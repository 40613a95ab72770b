import { z } from 'zod';

/** JSON has no infinity. */
const value = z.union([z.number(), z.literal('Infinity').transform(() => Number.POSITIVE_INFINITY), z.null()]);
const values = z.record(z.string(), value);

const statistics = z.strictObject({
  mean: z.number(),
  recall: z.number(),
  decay: z.number(),
  perFrame: z.array(z.number()).readonly(),
});

const davisSequence = z.strictObject({
  frames: z.array(z.int()).readonly(),
  objects: z.array(z.strictObject({ object: z.int(), jaccard: statistics, boundary: statistics })).readonly(),
});

/** What was measured of one contestant's predictions for one item. */
export const measurementSchema = z.strictObject({
  format: z.literal('vosvfi-measurement'),
  formatVersion: z.literal(1),
  /** For people: what this is about. */
  item: z.string(),
  contestant: z.string(),
  frames: z.array(z.strictObject({ index: z.int(), milliseconds: z.number(), values })),
  /** Of metrics that look at the whole sequence. */
  values,
  /** J and F: over all inner frames, and over the predicted ones among them; null without a segmenter. */
  segmentation: z.strictObject({ allFrames: davisSequence, predictedFrames: davisSequence.nullable() }).nullable(),
});

/** See {@link measurementSchema}. */
export type Measurement = z.output<typeof measurementSchema>;
