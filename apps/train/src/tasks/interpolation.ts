import { ifrnetObjective } from '@vosvfi/losses';
import type { IfrnetNetwork } from '@vosvfi/models/ifrnet';
import type { Recipe } from '../recipe/schema.js';
import { interpolationQuality } from './quality.js';
import { input, type TrainingTask } from './task.js';

type IfrnetRecipe = Extract<Recipe['objective'], { kind: 'ifrnet' }>;

/** Training of an interpolation network with its own losses and, if the recipe says so, the VOS-aware ones. */
export async function interpolationTask(
  network: IfrnetNetwork,
  objective: IfrnetRecipe,
  hasMasks: boolean,
): Promise<TrainingTask> {
  const { geometryWeight, distillationWeight, distillation } = objective;
  return {
    parameters: network.parameters,
    inputs: ['frame0', 'frameT', 'frame1', 't', ...(distillation ? ['flow'] : [])],
    frozen: new Map(),
    loss: (weights, inputs) => {
      const frameT = input(inputs, 'frameT');
      const prediction = network.forwardTraining(weights, {
        frame0: input(inputs, 'frame0'),
        frame1: input(inputs, 'frame1'),
        frameT,
        t: input(inputs, 't'),
      });
      const target = distillation ? { frameT, flow: input(inputs, 'flow') } : { frameT };
      return ifrnetObjective(prediction, target, { geometryWeight, distillationWeight });
    },
    measure: interpolationQuality(network, hasMasks),
  };
}
