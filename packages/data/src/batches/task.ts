import type { HostTensor } from '@vosvfi/core';
import type { Split } from '../triplets/layout.js';
import { openTripletDataset } from '../triplets/open.js';
import { makeSyntheticBatch, type SyntheticBatchOptions } from './synthetic-batch.js';
import { createTripletBatchMaker, type TripletBatchPlan } from './triplet-batch.js';

/** What a worker needs to know to make batches: plain data. */
export type BatchTask =
  | { readonly kind: 'synthetic'; readonly options: Omit<SyntheticBatchOptions, 'workers'> }
  | {
      readonly kind: 'triplets';
      readonly dir: string;
      readonly split: Split;
      readonly masks: boolean;
      readonly flow: boolean;
      readonly plan: TripletBatchPlan;
    };

/** Batch number `step`, a pure function of it. */
export type BatchMaker = (step: number) => Promise<Record<string, HostTensor>>;

/** Opens what the task needs. */
export async function createBatchMaker(task: BatchTask): Promise<BatchMaker> {
  if (task.kind === 'synthetic') return async (step) => makeSyntheticBatch(task.options, step);
  const { dir, split, masks, flow, plan } = task;
  const dataset = await openTripletDataset(dir, split, { masks, flow, verify: false });
  return createTripletBatchMaker(dataset, plan);
}
