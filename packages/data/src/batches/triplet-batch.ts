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

/** Which samples of a data set of `length` each batch holds; keeps the order of the epochs it last saw. */
function batchIndices(length: number, plan: Omit<TripletBatchPlan, 'augment'>): (step: number) => number[] {
  const orders = new Map<number, Uint32Array>();
  const indexOf = (position: number) => {
    const epoch = Math.floor(position / length);
    const within = position % length;
    if (!plan.shuffle) return within;
    let order = orders.get(epoch);
    if (!order) {
      if (orders.size >= 2) orders.clear();
      order = epochOrder(plan.seed, epoch, length);
      orders.set(epoch, order);
    }
    return order[within]!;
  };
  return (step) => Array.from({ length: plan.batchSize }, (_, slot) => indexOf(step * plan.batchSize + slot));
}

/** Makes batches of a data set. */
export function createTripletBatchMaker(dataset: TripletDataset, plan: TripletBatchPlan) {
  const indices = batchIndices(dataset.length, plan);
  return async (step: number): Promise<Record<string, HostTensor>> => {
    const random = createRandom(plan.seed);
    const samples = await Promise.all(
      indices(step).map(async (index, slot) => {
        const sample = await dataset.sample(index);
        return augment(sample, random.fork(`sample ${step * plan.batchSize + slot}`), plan.augment);
      }),
    );
    return collate(samples);
  };
}

/** Names of a batch's samples. */
export function createTripletBatchNames(dataset: TripletDataset, plan: TripletBatchPlan) {
  const indices = batchIndices(dataset.length, plan);
  return async (step: number): Promise<string[]> => {
    const samples = await Promise.all(indices(step).map((index) => dataset.sample(index)));
    return samples.map(({ name }) => name);
  };
}
