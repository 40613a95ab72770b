import type { BatchSource } from '@vosvfi/core';
import type { TripletDataset } from '../sample.js';
import type { TripletFolder } from '../triplets/open.js';
import { type BrokenPolicy, createBrokenFiles } from './broken.js';
import { checkBatchOptions } from './check.js';
import { type BrokenListener, createBatchSource, inlineSource } from './source.js';
import { planSynthetic, type SyntheticSeriesOptions } from './synthetic-series.js';
import { batchMaker, createBatchMaker, type SeriesPlan } from './task.js';
import { createTripletSeries, type TripletSeriesOptions, tripletOrder } from './triplet-series.js';

/** How a series becomes batches. */
export interface BatchOptions {
  readonly batchSize: number;
  /** Worker threads; 0 makes each batch in the caller's thread when it is asked for. 0 by default. */
  readonly workers?: number;
  /** What happens at a file that cannot be used: an error (default), or another sample in its place. */
  readonly onBrokenSample?: BrokenPolicy;
  /** Hears of each file that `skip` passed over. */
  readonly onBroken?: BrokenListener;
}

/**
 * Endless batches of a series: batch `step` holds its samples `step * batchSize` onwards, whatever `workers` is.
 * @throws ConfigError for an invalid option; `batch` throws MediaError for a broken file.
 */
export function createBatches(plan: SeriesPlan, options: BatchOptions): BatchSource {
  const { batchSize, workers = 0, onBrokenSample = 'stop', onBroken } = options;
  checkBatchOptions({ batchSize, workers });
  const task = { plan, batchSize, onBrokenSample };
  if (workers > 0) return createBatchSource(task, workers, onBroken);
  const maker = createBatchMaker(task);
  // Whoever asks for a batch gets the error.
  maker.catch(() => {});
  return inlineSource(maker, onBroken);
}

/** Options of {@link createSyntheticBatches}. */
export interface SyntheticBatchOptions extends SyntheticSeriesOptions, BatchOptions {}

/**
 * Endless batches of synthetic scenes: those of {@link createBatches} for {@link planSynthetic}.
 * @throws ConfigError for an invalid option.
 */
export function createSyntheticBatches(options: SyntheticBatchOptions): BatchSource {
  const { batchSize, workers, onBrokenSample, onBroken, ...series } = options;
  return createBatches(planSynthetic(series), {
    batchSize,
    ...(workers === undefined ? {} : { workers }),
    ...(onBrokenSample && { onBrokenSample }),
    ...(onBroken && { onBroken }),
  });
}

/** Options of {@link createTripletBatches}. */
export interface TripletBatchOptions extends TripletSeriesOptions, BatchOptions {}

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
  const { dataset, batchSize, workers = 0, onBrokenSample = 'stop', onBroken } = options;
  checkBatchOptions({ batchSize, workers });
  const order = tripletOrder(options);
  if (workers === 0) {
    const broken = createBrokenFiles(onBrokenSample);
    return inlineSource(batchMaker(createTripletSeries(dataset, order, broken), {}, batchSize, broken), onBroken);
  }
  const { dir, split, hasMasks, hasFlow } = dataset as TripletFolder;
  const facts = { label: `triplets of ${dir}`, size: undefined, hasMasks, hasFlow };
  const plan = { kind: 'triplets', facts, dir, split, masks: hasMasks, flow: hasFlow, order } as const;
  return createBatchSource({ plan, batchSize, onBrokenSample }, workers, onBroken);
}
