import { ifrnetObjective } from '@vosvfi/losses';
import type { IfrnetNetwork } from '@vosvfi/models/ifrnet';
import type * as tf from '@vosvfi/runtime/tf';
import type { Recipe } from '../recipe/schema.js';
import { interpolationQuality } from './quality.js';
import type { TrainingTask } from './task.js';

type IfrnetRecipe = Extract<Recipe['objective'], { kind: 'ifrnet' }>;

/** Training of an interpolation network with its own losses and, if the recipe says so, the VOS-aware ones. */
export async function interpolationTask(network: IfrnetNetwork, objective: IfrnetRecipe): Promise<TrainingTask> {
  const { geometryWeight, distillationWeight, distillation } = objective;
  return {
    parameters: network.parameters,
    inputs: ['frame0', 'frameT', 'frame1', 't', ...(distillation ? ['flow'] : [])],
    frozen: new Map(),
    loss: (weights, inputs) => {
      const { frame0, frame1, frameT, t, flow } = inputs as Record<string, tf.Tensor>;
      const prediction = network.forwardTraining(weights, { frame0, frame1, frameT, t });
      return ifrnetObjective(prediction, { frameT, ...(flow === undefined ? {} : { flow }) }, { geometryWeight, distillationWeight });
    },
    measure: interpolationQuality(network, true),
  };
}
