import type { HostTensor } from '@vosvfi/core';
import { type BrokenFiles, type BrokenPolicy, createBrokenFiles } from './broken.js';
import { collate } from './collate.js';
import { createMixedSeries, type MixedPlan } from './mixed-series.js';
import type { SampleSeries, SeriesFacts } from './series.js';
import { openSyntheticSeries, type SyntheticPlan } from './synthetic-series.js';
import { openSeptupletPlan, openTripletPlan, type SeptupletPlan, type TripletPlan } from './triplet-series.js';
import { createVideoSeries, type VideoPlan } from './video-series.js';

/** Plain data that says how to make a series of samples. */
export type SeriesPlan = SyntheticPlan | TripletPlan | SeptupletPlan | VideoPlan | MixedPlan;

/** What a worker needs to know to make batches: plain data. */
export interface BatchTask {
  readonly plan: SeriesPlan;
  readonly batchSize: number;
  readonly onBrokenSample: BrokenPolicy;
}

/** A batch, what its samples are called, and which files were passed over in making it. */
export interface MadeBatch {
  readonly batch: Record<string, HostTensor>;
  /** Names of its samples. */
  readonly names: readonly string[];
  readonly broken: readonly { readonly file: string; readonly message: string }[];
}

/** Batch number `step`, a pure function of it. */
export type BatchMaker = (step: number) => Promise<MadeBatch>;

async function openSeries(plan: SeriesPlan, broken: BrokenFiles): Promise<SampleSeries> {
  switch (plan.kind) {
    case 'synthetic':
      return openSyntheticSeries(plan.options, broken);
    case 'triplets':
      return await openTripletPlan(plan, broken);
    case 'septuplets':
      return await openSeptupletPlan(plan, broken);
    case 'videos':
      return createVideoSeries(plan, broken);
    case 'mixed':
      return createMixedSeries(plan, await Promise.all(plan.plans.map((one) => openSeries(one, broken))));
  }
}

/** Makes batches of an opened series. */
export function batchMaker(
  series: SampleSeries,
  facts: Partial<Pick<SeriesFacts, 'hasMasks' | 'hasFlow'>>,
  batchSize: number,
  broken: BrokenFiles,
): BatchMaker {
  return async (step) => {
    const drawn = await series.draw(step * batchSize, batchSize);
    const batch = collate(
      drawn.map(({ sample }) => sample),
      {
        foreground: drawn.map(({ foreground }) => foreground),
        ...(facts.hasMasks === undefined ? {} : { masks: facts.hasMasks }),
        ...(facts.hasFlow === undefined ? {} : { flow: facts.hasFlow }),
      },
    );
    const names = drawn.map(({ sample }) => sample.name);
    return { batch, names, broken: broken.take().map(({ file, message }) => ({ file, message })) };
  };
}

/** Opens what the task needs. */
export async function createBatchMaker({ plan, batchSize, onBrokenSample }: BatchTask): Promise<BatchMaker> {
  const broken = createBrokenFiles(onBrokenSample);
  return batchMaker(await openSeries(plan, broken), plan.facts, batchSize, broken);
}
