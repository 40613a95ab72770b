import { type BatchSource, ConfigError, hash32 } from '@vosvfi/core';
import { createSyntheticBatches, createTripletBatches, openTripletDataset } from '@vosvfi/data';
import type { DatasetRecipe } from '../recipe/dataset-schema.js';

/** What decides the batches beside the data set. */
export interface BatchPlan {
  readonly seed: number;
  readonly batchSize: number;
  /** Keys that each batch must have. */
  readonly inputs: readonly string[];
  /** Every sample once, in order and without augmentation (but cropped), instead of endless shuffling. */
  readonly isValidation?: boolean;
}

/**
 * Opens the batches of a recipe's data set.
 * @throws ConfigError if the data set lacks masks that the objective needs; MediaError if a file is missing.
 */
export async function openBatches(dataset: DatasetRecipe, plan: BatchPlan): Promise<BatchSource> {
  const { seed, batchSize, inputs, isValidation = false } = plan;
  const needsFlow = inputs.includes('flow');
  const workers = dataset.workers;
  if (dataset.kind === 'synthetic') {
    const { height, width, t, foreground, scene } = dataset;
    return createSyntheticBatches({
      seed: hash32(`${seed}/data`),
      batchSize,
      height,
      width,
      t,
      foreground,
      scene,
      flow: needsFlow,
      workers,
    });
  }
  const needsMasks = inputs.some((key) => key.startsWith('mask'));
  const folder = await openTripletDataset(dataset.folder, dataset.split, {
    ...(needsMasks ? {} : { masks: false }),
    flow: needsFlow,
  });
  if (needsMasks && !folder.hasMasks) {
    throw new ConfigError('dataset.folder', `${dataset.folder} has no folder "masks", which the objective needs.`);
  }
  return createTripletBatches({
    dataset: folder,
    seed: hash32(`${seed}/data`),
    batchSize,
    shuffle: dataset.shuffle && !isValidation,
    augment: isValidation ? { crop: dataset.augment.crop } : dataset.augment,
    workers,
  });
}
