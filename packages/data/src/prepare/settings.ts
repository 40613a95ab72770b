import { ConfigError } from '@vosvfi/core';
import { z } from 'zod';
import { defaultCutThreshold } from '../video/scene-cut.js';

const pixels = z.int().min(16).max(16384);
const count = z.int().min(1);

/** Settings of `prepareTriplets`: what is taken from the sources and how it is written. */
export const prepareSettingsSchema = z.strictObject({
  /** Size of the written frames; `keep` leaves the frames as they are. */
  size: z
    .union([z.literal('keep'), z.strictObject({ width: pixels, height: pixels })])
    .default({ width: 448, height: 256 }),
  /** Frames are scaled to cover this many times the size before they are cropped. */
  cover: z.number().min(1).max(16).default(1),
  /** Which part of the scaled frame is taken; the same for the three frames of a triplet. */
  crop: z.enum(['centre', 'random']).default('centre'),
  /** Take videos that have to be enlarged to cover the size. */
  upscale: z.boolean().default(false),
  /** Distances between the frames of a triplet, in frames. */
  steps: z.array(count.max(64)).min(1).default([1]),
  /** Frames between the starts of two triplets of the same step; 3 lets triplets of step 1 share no frame. */
  every: count.default(3),
  /** Least motion of the fastest twentieth of a triplet, pixels of the written frames from one frame to the next. */
  minMotion: z.number().min(0).default(0.5),
  /** Most motion of the fastest twentieth; `null` for no limit. */
  maxMotion: z.number().positive().nullable().default(null),
  /** Most blur, 0 (sharp) to 1; see `blurOf`. */
  maxBlur: z.number().min(0).max(1).default(0.75),
  /** Least `frameDifference` of a scene cut. */
  cutThreshold: z.number().min(0).max(1).default(defaultCutThreshold),
  /** What to do with videos that decode with errors, as in `VideoReaderOptions`. */
  damage: z.enum(['error', 'conceal']).default('error'),
  /** Limits of the motion buckets, in the unit of `minMotion`. */
  buckets: z.array(z.number().positive()).default([1, 2, 4, 8, 16, 32]),
  /** Most triplets of a motion bucket; `null` for no limit. */
  perBucket: count.nullable().default(null),
  /** Most triplets of a source; `null` for no limit. */
  perSource: count.nullable().default(null),
  /** Most triplets in all, spread evenly over the buckets; `null` for no limit. */
  max: count.nullable().default(null),
  /** Share of the triplets that goes into the training list; the rest, of other scenes, into the test list. */
  split: z.number().min(0).max(1).default(0.95),
  seed: z.int().default(1),
  /** Licence of sources that have no file NAME.license beside them; `null` if it is not stated. */
  license: z.string().min(1).nullable().default(null),
});

/** Settings of `prepareTriplets` with every value filled in. */
export type PrepareSettings = z.output<typeof prepareSettingsSchema>;

/** Settings of `prepareTriplets`; what is left out has its default. */
export type PrepareSettingsInput = z.input<typeof prepareSettingsSchema>;

/**
 * Fills in the defaults.
 * @throws ConfigError naming the first field that is invalid.
 */
export function parsePrepareSettings(input: PrepareSettingsInput): PrepareSettings {
  const parsed = prepareSettingsSchema.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConfigError(`prepare.${issue!.path.join('.')}`, `${issue!.message}.`);
  }
  const { steps, buckets, minMotion, maxMotion } = parsed.data;
  if (new Set(steps).size < steps.length) throw new ConfigError('prepare.steps', 'names a step twice.');
  if (buckets.some((limit, k) => k > 0 && limit <= buckets[k - 1]!)) {
    throw new ConfigError('prepare.buckets', `expected rising limits, found ${buckets.join(', ')}.`);
  }
  if (maxMotion !== null && maxMotion <= minMotion) {
    throw new ConfigError('prepare.maxMotion', `expected more than minMotion (${minMotion}), found ${maxMotion}.`);
  }
  return parsed.data;
}
