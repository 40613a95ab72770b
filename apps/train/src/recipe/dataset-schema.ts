import { augmentConfigSchema, photoTexturesSchema, sceneConfigSchema } from '@vosvfi/data';
import { z } from 'zod';

const common = {
  /** Worker threads that make batches; 0 makes them in the main thread. */
  workers: z.int().min(0).max(64).default(1),
  /** A file that cannot be used: end the run, or take another sample in its place. */
  onBrokenSample: z.enum(['stop', 'skip']).default('stop'),
};

/** Scenes rendered on the fly. */
const synthetic = {
  kind: z.literal('synthetic'),
  /** Pixels; IFRNet needs multiples of 16. */
  height: z.int().min(16).max(4096),
  width: z.int().min(16).max(4096),
  /** Time of the middle frame: a number in (0, 1), or `uniform`. */
  t: z.union([z.literal('uniform'), z.number().gt(0).lt(1)]).default(0.5),
  /** What the masks hold: all moving objects, or one of them with the others as distractors. */
  foreground: z.enum(['all', 'one', 'either']).default('all'),
  scene: sceneConfigSchema.omit({ height: true, width: true }).prefault({}),
  /** Photographs that surfaces are cut from; without them, patterns. */
  textures: photoTexturesSchema.optional(),
};

/** Triplets of frames in the layout of Vimeo-90K. */
const triplets = {
  kind: z.literal('triplets'),
  /** Folder with `sequences/` and the lists. */
  folder: z.string().min(1),
  split: z.enum(['train', 'test']).default('train'),
  /** Augmentation and crop. */
  augment: augmentConfigSchema.prefault({}),
  shuffle: z.boolean().default(true),
};

/** Share of the draws, in proportion to the sum of all weights. */
const weight = z.number().gt(0).default(1);

/** Samples drawn from several data sets. */
const mixed = {
  kind: z.literal('mixed'),
  sources: z
    .array(
      z.discriminatedUnion('kind', [z.strictObject({ weight, ...synthetic }), z.strictObject({ weight, ...triplets })]),
    )
    .min(2),
  /** What comes from one source: each `sample` by itself, or each whole `batch`. */
  by: z.enum(['sample', 'batch']).default('sample'),
};

/** Where batches come from. */
export const datasetSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...synthetic, ...common }),
  z.strictObject({ ...triplets, ...common }),
  z.strictObject({ ...mixed, ...common }),
]);
/** A checked data-set description. */
export type DatasetRecipe = z.output<typeof datasetSchema>;
/** One of the data sets that batches are made of: a source of a mixture, or a data set that is none. */
export type SourceRecipe =
  | Extract<DatasetRecipe, { kind: 'mixed' }>['sources'][number]
  | Exclude<DatasetRecipe, { kind: 'mixed' }>;

/** Whether another seed gives other samples of the same kind, which validation can use. */
export function canBeDrawnAnew(dataset: DatasetRecipe): boolean {
  return dataset.kind === 'mixed'
    ? dataset.sources.every(({ kind }) => kind === 'synthetic')
    : dataset.kind === 'synthetic';
}
