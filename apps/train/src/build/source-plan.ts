import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, hash32, type MediaError } from '@vosvfi/core';
import {
  indexVideos,
  listVideos,
  openCutOuts,
  openPhotoTextures,
  openSeptupletDataset,
  openTripletDataset,
  planMixed,
  planSeptuplets,
  planSynthetic,
  planTriplets,
  planVideos,
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
  /** Hears of files that cannot be used; without it they are errors. */
  readonly onBroken?: (error: MediaError) => void;
}

/**
 * Opens what a data set names and describes its samples.
 * @throws MediaError if a folder or file is missing; ConfigError if the sources of a mixture differ in size.
 */
export async function planSource(dataset: DatasetRecipe | SourceRecipe, wish: SourceWish): Promise<SeriesPlan> {
  switch (dataset.kind) {
    case 'synthetic': {
      const { height, width, t, foreground, scene, textures, cutOuts } = dataset;
      return planSynthetic({
        ...{ seed: wish.seed, height, width, t, foreground, scene, flow: wish.flow },
        ...(textures && { textures: await openPhotoTextures(textures) }),
        ...(cutOuts && { cutOuts: await openCutOuts(cutOuts) }),
      });
    }
    case 'triplets': {
      const folder = await openTripletDataset(dataset.folder, dataset.split, {
        ...(wish.masks ? {} : { masks: false }),
        flow: wish.flow,
      });
      return await planTriplets({ dataset: folder, ...folderOrder(dataset, wish) });
    }
    case 'septuplets': {
      const { t, span } = dataset;
      const folder = await openSeptupletDataset(dataset.folder, dataset.split, { t, span });
      return await planSeptuplets({ dataset: folder, ...folderOrder(dataset, wish) });
    }
    case 'videos':
      return await planVideoSource(dataset, wish);
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

type FolderRecipe = Extract<SourceRecipe, { kind: 'triplets' | 'septuplets' }>;

function folderOrder({ shuffle, augment }: FolderRecipe, { seed, isValidation }: SourceWish) {
  return { seed, shuffle: shuffle && !isValidation, augment: isValidation ? { crop: augment.crop } : augment };
}

async function planVideoSource(
  dataset: Extract<SourceRecipe, { kind: 'videos' }>,
  { seed, isValidation, onBroken }: SourceWish,
): Promise<SeriesPlan> {
  const { folder, files, index, t, span, shortSide, augment, clipFrames, samplesPerClip, clips } = dataset;
  const all = [...(folder === undefined ? [] : await listVideos(folder)), ...files];
  if (all.length === 0) throw new ConfigError('dataset', 'expected a folder or files for kind "videos".');
  const videos = await indexVideos(all, {
    ...(index === undefined ? {} : { cache: index }),
    ...(onBroken && { onBroken }),
  });
  return planVideos({
    ...{ seed, videos, t, span, clipFrames, samplesPerClip, clips },
    ...(shortSide === undefined ? {} : { shortSide }),
    augment: isValidation ? { crop: augment.crop } : augment,
  });
}

/** Whether batches of a data set can have masks. */
export async function hasMasks(dataset: DatasetRecipe | SourceRecipe): Promise<boolean> {
  switch (dataset.kind) {
    case 'synthetic':
      return true;
    case 'septuplets':
    case 'videos':
      return false;
    case 'triplets':
      return await access(join(dataset.folder, 'masks')).then(
        () => true,
        () => false,
      );
    case 'mixed':
      return (await Promise.all(dataset.sources.map(hasMasks))).includes(true);
  }
}
