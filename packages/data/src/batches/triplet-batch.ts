import { createRandom, type HostTensor } from '@vosvfi/core';
import { augment } from '../augment/augment.js';
import type { AugmentConfig } from '../augment/config.js';
import type { TripletDataset } from '../sample.js';
import { collate } from './collate.js';

/** What decides which samples a batch of triplets holds and how they are changed. */
export interface TripletBatchPlan {
  readonly seed: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly augment: AugmentConfig;
}

/** A permutation of 0..length-1 that depends on the seed and the epoch. */
function epochOrder(seed: number, epoch: number, length: number): Uint32Array {
  const random = createRandom(seed).fork(`epoch ${epoch}`);
  const order = Uint32Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = random.integer(0, i);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Makes batches of a data set; keeps the order of the epochs it last saw. */
export function createTripletBatchMaker(dataset: TripletDataset, plan: TripletBatchPlan) {
  const orders = new Map<number, Uint32Array>();
  const indexOf = (position: number) => {
    const epoch = Math.floor(position / dataset.length);
    const within = position % dataset.length;
    if (!plan.shuffle) return within;
    let order = orders.get(epoch);
    if (!order) {
      if (orders.size >= 2) orders.clear();
      order = epochOrder(plan.seed, epoch, dataset.length);
      orders.set(epoch, order);
    }
    return order[within]!;
  };
  return async (step: number): Promise<Record<string, HostTensor>> => {
    const random = createRandom(plan.seed);
    const samples = await Promise.all(
      Array.from({ length: plan.batchSize }, async (_, slot) => {
        const position = step * plan.batchSize + slot;
        const sample = await dataset.sample(indexOf(position));
        return augment(sample, random.fork(`sample ${position}`), plan.augment);
      }),
    );
    return collate(samples);
  };
}
