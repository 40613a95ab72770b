import { z } from 'zod';

const count = z.int().min(0);
const three = <T extends z.ZodType>(item: T) => z.tuple([item, item, item]);

/** A triplet that may be taken. */
export const candidateSchema = z.strictObject({
  /** Indices of its frames in the source. */
  frames: three(count),
  /** Exact seconds, such as `1001/30000`; `null` for pictures. */
  times: three(z.string().nullable()),
  step: z.int().min(1),
  /** Index of its scene in the source. */
  scene: count,
  /** Corner of the crop in the scaled frame. */
  crop: z.strictObject({ left: count, top: count }),
  motion: z.strictObject({ mean: z.number(), peak: z.number() }),
  residual: z.number(),
  blur: z.number(),
  luma: z.number(),
});

/** What is known of a source once all its frames were seen; checked when it is read again. */
export const analysisSchema = z.strictObject({
  width: count,
  height: count,
  /** Frames seen, and those of them that repeat the one before. */
  frames: count,
  repeats: count,
  scenes: z.array(z.strictObject({ first: count, last: count, group: count })),
  /** Triplets that were looked at and not taken, by reason. */
  dropped: z.record(z.string(), count),
  candidates: z.array(candidateSchema),
});

/** A triplet that may be taken. */
export type Candidate = z.output<typeof candidateSchema>;

/** What is known of a source once all its frames were seen. */
export type Analysis = z.output<typeof analysisSchema>;
