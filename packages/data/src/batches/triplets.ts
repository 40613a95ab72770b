import type { BatchSource } from '@vosvfi/core';
import { type AugmentOptions, parseAugmentConfig } from '../augment/config.js';
import type { TripletDataset } from '../sample.js';
import type { TripletFolder } from '../triplets/open.js';
import { checkBatchOptions, createBatchSource, inlineSource } from './source.js';
import { createTripletBatchMaker, createTripletBatchNames } from './triplet-batch.js';

/** Options of {@link createTripletBatches}. */
export interface TripletBatchOptions {
  readonly seed: number;
  readonly batchSize: number;
  /** A new random order each epoch (default), or the data set's own order over and over. */
  readonly shuffle?: boolean;
  /** [height, width] of a random window; overrides `augment.crop`. */
  readonly crop?: readonly [number, number];
  /** Nothing but the crop by default. */
  readonly augment?: AugmentOptions;
}

/**
 * Endless batches of a data set: every sample once an epoch, epochs joined without a gap. Batch `step` depends on
 * nothing but `step`, the options and the files.
 *
 * With `workers` the files are decoded and augmented in worker threads, which open the folder by themselves.
 * @throws ConfigError for an invalid option; `batch` throws MediaError for a damaged file and ShapeError if samples of
 * one batch differ in size or the crop is larger than the frames.
 */
export function createTripletBatches(
  options: TripletBatchOptions &
    (
      | { readonly dataset: TripletFolder; readonly workers?: number }
      | { readonly dataset: TripletDataset; readonly workers?: 0 }
    ),
): BatchSource {
  const { dataset, workers = 0, seed, batchSize, shuffle = true, crop } = options;
  checkBatchOptions({ batchSize, workers });
  const augment = parseAugmentConfig({ ...options.augment, ...(crop && { crop: [crop[0], crop[1]] }) });
  const plan = { seed, batchSize, shuffle, augment };
  const names = createTripletBatchNames(dataset, plan);
  if (workers === 0) return { ...inlineSource(createTripletBatchMaker(dataset, plan)), names };
  const { dir, split, hasMasks, hasFlow } = dataset as TripletFolder;
  return {
    ...createBatchSource({ kind: 'triplets', dir, split, masks: hasMasks, flow: hasFlow, plan }, workers),
    names,
  };
}
