import { augmentConfigSchema, sceneConfigSchema } from '@vosvfi/data';
import { z } from 'zod';

const workers = z.int().min(0).max(64).default(1);

/** Scenes rendered on the fly: `createSyntheticBatches` of @vosvfi/data. */
const syntheticSchema = z.strictObject({
  kind: z.literal('synthetic'),
  /** Pixels; IFRNet needs multiples of 16. */
  height: z.int().min(16).max(4096),
  width: z.int().min(16).max(4096),
  /** Time of the middle frame: a number in (0, 1), or `uniform`. */
  t: z.union([z.literal('uniform'), z.number().gt(0).lt(1)]).default(0.5),
  /** What the masks hold: all moving objects, or one of them with the others as distractors. */
  foreground: z.enum(['all', 'one', 'either']).default('all'),
  scene: sceneConfigSchema.omit({ height: true, width: true }).prefault({}),
  /** Worker threads that render. */
  workers,
});

/** Triplets of frames in the layout of Vimeo-90K. */
const tripletsSchema = z.strictObject({
  kind: z.literal('triplets'),
  /** Folder with `sequences/` and the lists. */
  folder: z.string().min(1),
  split: z.enum(['train', 'test']).default('train'),
  /** Augmentation and crop. */
  augment: augmentConfigSchema.prefault({}),
  shuffle: z.boolean().default(true),
  workers,
});

/** Where batches come from. */
export const datasetSchema = z.discriminatedUnion('kind', [syntheticSchema, tripletsSchema]);
/** A checked data-set description. */
export type DatasetRecipe = z.output<typeof datasetSchema>;
