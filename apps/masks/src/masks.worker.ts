import { workerData } from 'node:worker_threads';
import { VosvfiError } from '@vosvfi/core';
import type { MakerPlan } from './makers/maker.js';
import { openMaker } from './makers/open-maker.js';
import { makeTripletMasks, type TripletRecord, type TripletTask } from './triplet-masks.js';

/** What a thread answers: errors on purpose lose their class on the way, so that they travel as data. */
export type WorkerAnswer =
  | { readonly record: TripletRecord }
  | { readonly failure: { readonly code: string; readonly message: string } };

// Opened while the thread starts. What fails is told by the first task.
const opening = await openMaker(workerData as MakerPlan).then(
  (maker) => ({ maker }),
  (error: unknown) => ({ error }),
);

/** Makes the masks of a triplet with the maker that this thread was started for. */
export async function masksInWorker(task: TripletTask): Promise<WorkerAnswer> {
  try {
    if ('error' in opening) throw opening.error;
    return { record: await makeTripletMasks(opening.maker, task) };
  } catch (error) {
    if (!VosvfiError.isInstance(error)) throw error;
    return { failure: { code: error.code, message: error.message } };
  }
}
