import { type HostTensor, TrainingError, type WeightMap } from '@vosvfi/core';
import type { TrainStep } from '@vosvfi/runtime';
import type { Checkpoint } from './checkpoint.js';
import { joinSlots, splitSlots, startEma } from './ema.js';
import { firstNonFinite } from './non-finite.js';

/** Makes a whole state dict out of the trained weights. */
export type CompleteWeights = (trained: WeightMap) => WeightMap;

/** What a checkpoint holds of a training step. @throws TrainingError if a weight is not finite. */
export async function captureState(
  trainStep: TrainStep,
  complete: CompleteWeights,
): Promise<Pick<Checkpoint, 'optimizerStep' | 'weights' | 'ema' | 'slots'>> {
  await trainStep.settle();
  const { step: optimizerStep, slots } = trainStep.state();
  const { averages, others } = splitSlots(slots);
  const weights = trainStep.weights();
  const broken = firstNonFinite(weights);
  if (broken !== undefined) {
    throw new TrainingError(`Weight "${broken}" is not finite any more: the learning rate is too high.`, {
      hint: 'Nothing was saved over the newest checkpoint. Start from it with a lower rate.',
    });
  }
  return {
    ...{ optimizerStep, weights: complete(weights), slots: others },
    ...(averages === undefined ? {} : { ema: complete(averages) }),
  };
}

/** The state dict to validate: the moving averages, if there are any. */
export async function currentWeights(trainStep: TrainStep, complete: CompleteWeights): Promise<WeightMap> {
  await trainStep.settle();
  return complete(splitSlots(trainStep.state().slots).averages ?? trainStep.weights());
}

/** Current values of every trained parameter. */
export async function parameterValues(trainStep: TrainStep): Promise<Record<string, Float32Array>> {
  await trainStep.settle();
  return Object.fromEntries([...trainStep.weights()].map(([key, { data }]) => [key, data as Float32Array]));
}

/** Puts a training step into the state of a checkpoint, or readies it for its first step. */
export async function restoreState(
  trainStep: TrainStep,
  checkpoint: Checkpoint | undefined,
): Promise<{ step: number; skipped: number }> {
  if (checkpoint === undefined) {
    await startEma(trainStep);
    return { step: 0, skipped: 0 };
  }
  await trainStep.settle();
  const weights = new Map<string, HostTensor>();
  for (const key of trainStep.weights().keys()) {
    const tensor = checkpoint.weights.get(key);
    if (tensor !== undefined) weights.set(key, tensor);
  }
  const slots = joinSlots(checkpoint.slots, checkpoint.ema, weights.keys());
  trainStep.restore(weights, { step: checkpoint.optimizerStep, slots });
  return { step: checkpoint.step, skipped: checkpoint.skipped };
}
