import { augmentConfigSchema, cutOutsSchema, photoTexturesSchema, sceneConfigSchema } from '@vosvfi/data';
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
  /** Pictures of single things on a transparent ground that are the objects; without them, shapes. */
  cutOuts: cutOutsSchema.optional(),
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

/** What three frames out of more than three may be a sample. */
const choice = (span: [number, number], t: 0.5 | 'uniform') => ({
  /** 0.5: the middle frame is halfway; `uniform`: any frame in between, at the time where it lies. */
  t: z.union([z.literal(0.5), z.literal('uniform')]).default(t),
  /** Fewest and most frames from the first to the last. */
  span: z.tuple([z.int().min(2), z.int().min(2)]).default(span),
});

/** Three frames of septuplets in the layout of Vimeo-90K. */
const septuplets = {
  ...triplets,
  kind: z.literal('septuplets'),
  ...choice([2, 6], 'uniform'),
};

/** Three frames from anywhere in videos. */
const videos = {
  kind: z.literal('videos'),
  /** All videos in it and in folders below it. */
  folder: z.string().min(1).optional(),
  /** Further videos. */
  files: z.array(z.string().min(1)).default([]),
  /** File that keeps the times of all frames, so that they are read only once. */
  index: z.string().min(1).optional(),
  ...choice([2, 2], 0.5),
  /** What the shorter side of frames is reduced to; without it, frames keep their size. */
  shortSide: z.int().min(16).optional(),
  /** Augmentation and crop. */
  augment: augmentConfigSchema.prefault({}),
  /** Consecutive frames that are decoded together. */
  clipFrames: z.int().min(3).default(12),
  /** Samples taken from a clip, at different steps. */
  samplesPerClip: z.int().min(1).default(8),
  /** Clips held at a time; their samples take turns. */
  clips: z.int().min(1).default(8),
};

/** Share of the draws, in proportion to the sum of all weights. */
const weight = z.number().gt(0).default(1);

/** Samples drawn from several data sets. */
const mixed = {
  kind: z.literal('mixed'),
  sources: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({ weight, ...synthetic }),
        z.strictObject({ weight, ...triplets }),
        z.strictObject({ weight, ...septuplets }),
        z.strictObject({ weight, ...videos }),
      ]),
    )
    .min(2),
  /** What comes from one source: each `sample` by itself, or each whole `batch`. */
  by: z.enum(['sample', 'batch']).default('sample'),
};

/** Where batches come from. */
export const datasetSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...synthetic, ...common }),
  z.strictObject({ ...triplets, ...common }),
  z.strictObject({ ...septuplets, ...common }),
  z.strictObject({ ...videos, ...common }),
  z.strictObject({ ...mixed, ...common }),
]);
/** A checked data-set description. */
export type DatasetRecipe = z.output<typeof datasetSchema>;
/** One of the data sets that batches are made of: a source of a mixture, or a data set that is none. */
export type SourceRecipe =
  | Extract<DatasetRecipe, { kind: 'mixed' }>['sources'][number]
  | Exclude<DatasetRecipe, { kind: 'mixed' }>;

/** The sources of a mixture, or the data set itself. */
function sourcesOf(dataset: DatasetRecipe): readonly SourceRecipe[] {
  return dataset.kind === 'mixed' ? dataset.sources : [dataset];
}

/** Whether another seed gives other samples of the same kind, which validation can use. */
export function canBeDrawnAnew(dataset: DatasetRecipe): boolean {
  return sourcesOf(dataset).every(({ kind }) => kind === 'synthetic');
}

/** The times of middle frames, or `uniform` where there are many. */
export function timesOf(dataset: DatasetRecipe): readonly (number | 'uniform')[] {
  return sourcesOf(dataset).map((source) => (source.kind === 'triplets' ? 0.5 : source.t));
}
