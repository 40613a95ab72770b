import { ifrnetObjective } from '@vosvfi/losses';
import { createIfrnet } from '@vosvfi/models/ifrnet';
import type { NetworkRecipe } from '../recipe/network-schema.js';
import type { ObjectiveRecipe } from '../recipe/objective-schema.js';
import { input } from '../tasks/task.js';
import type { Baseline } from './baseline.js';

type IfrnetRecipe = Extract<NetworkRecipe, { kind: `ifrnet${string}` }>;
type IfrnetLosses = Extract<ObjectiveRecipe, { kind: 'ifrnet' }>;

/** IFRNet with reconstruction, geometry and, if asked for, flow distillation. */
export function ifrnetBaseline(recipe: IfrnetRecipe, objective: IfrnetLosses): Baseline {
  const { kind, initialization } = recipe;
  const { geometryWeight, distillationWeight, distillation } = objective;
  const network = createIfrnet(kind === 'ifrnet_custom' ? recipe.config : kind, kind, initialization);
  return {
    network,
    parameters: network.parameters,
    inputs: ['t', ...(distillation ? ['flow'] : [])],
    frozen: new Map(),
    evaluate: (weights, inputs) => {
      const frameT = input(inputs, 'frameT');
      const frames = { frame0: input(inputs, 'frame0'), frame1: input(inputs, 'frame1'), frameT };
      const prediction = network.forwardTraining(weights, { ...frames, t: input(inputs, 't') });
      const target = distillation ? { frameT, flow: input(inputs, 'flow') } : { frameT };
      return {
        frame: prediction.frame,
        own: ifrnetObjective(prediction, target, { geometryWeight, distillationWeight }),
      };
    },
  };
}
