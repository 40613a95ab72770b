import { workerData } from 'node:worker_threads';
import { VosvfiError } from '@vosvfi/core';
import type { MakerPlan, MaskMaker } from './makers/maker.js';
import { createMotionMaker } from './makers/motion.js';
import { openMaker } from './makers/open-maker.js';
import { makeTripletMasks, type TripletRecord, type TripletTask } from './triplet-masks.js';

/** What a thread answers: errors on purpose lose their class on the way, so that they travel as data. */
export type WorkerAnswer =
  | { readonly record: TripletRecord }
  | { readonly failure: { readonly code: string; readonly message: string } };

const plan = workerData as MakerPlan;
let maker: Promise<MaskMaker> | undefined;

function open(): Promise<MaskMaker> {
  // Motion without an import at run time, which threads that run from TypeScript sources cannot do.
  return plan.source.kind === 'motion' ? Promise.resolve(createMotionMaker(plan.source.settings)) : openMaker(plan);
}

/** Makes the masks of a triplet with the maker that this thread was started for. */
export async function masksInWorker(task: TripletTask): Promise<WorkerAnswer> {
  try {
    maker ??= open();
    return { record: await makeTripletMasks(await maker, task) };
  } catch (error) {
    if (!VosvfiError.isInstance(error)) throw error;
    return { failure: { code: error.code, message: error.message } };
  }
}
