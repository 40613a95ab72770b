import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { hash32 } from '@vosvfi/core';
import {
  openPhotoTextures,
  openTripletDataset,
  planMixed,
  planSynthetic,
  planTriplets,
  type SeriesPlan,
} from '@vosvfi/data';
import type { DatasetRecipe, SourceRecipe } from '../recipe/dataset-schema.js';

/** What is wanted of a source. */
export interface SourceWish {
  readonly seed: number;
  /** Masks are read where there are any. */
  readonly masks: boolean;
  readonly flow: boolean;
  /** In order and without augmentation, but cropped. */
  readonly isValidation: boolean;
}

/**
 * Opens what a data set names and describes its samples.
 * @throws MediaError if a folder or file is missing; ConfigError if the sources of a mixture differ in size.
 */
export async function planSource(dataset: DatasetRecipe | SourceRecipe, wish: SourceWish): Promise<SeriesPlan> {
  switch (dataset.kind) {
    case 'synthetic': {
      const { height, width, t, foreground, scene, textures } = dataset;
      return planSynthetic({
        ...{ seed: wish.seed, height, width, t, foreground, scene, flow: wish.flow },
        ...(textures && { textures: await openPhotoTextures(textures) }),
      });
    }
    case 'triplets': {
      const folder = await openTripletDataset(dataset.folder, dataset.split, {
        ...(wish.masks ? {} : { masks: false }),
        flow: wish.flow,
      });
      return await planTriplets({
        dataset: folder,
        seed: wish.seed,
        shuffle: dataset.shuffle && !wish.isValidation,
        augment: wish.isValidation ? { crop: dataset.augment.crop } : dataset.augment,
      });
    }
    case 'mixed': {
      const plans = dataset.sources.map((source, k) =>
        planSource(source, { ...wish, seed: hash32(`${wish.seed}/source ${k}`) }),
      );
      const opened = await Promise.all(plans);
      return planMixed({
        seed: wish.seed,
        by: dataset.by,
        sources: opened.map((plan, k) => ({ plan, weight: dataset.sources[k]!.weight })),
      });
    }
  }
}

/** Whether batches of a data set can have masks. */
export async function hasMasks(dataset: DatasetRecipe | SourceRecipe): Promise<boolean> {
  switch (dataset.kind) {
    case 'synthetic':
      return true;
    case 'triplets':
      return await access(join(dataset.folder, 'masks')).then(
        () => true,
        () => false,
      );
    case 'mixed':
      return (await Promise.all(dataset.sources.map(hasMasks))).includes(true);
  }
}
