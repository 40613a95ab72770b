import { adacofObjective } from '@vosvfi/losses';
import { createAdacof } from '@vosvfi/models/adacof';
import type { NetworkRecipe } from '../recipe/network-schema.js';
import type { ObjectiveRecipe } from '../recipe/objective-schema.js';
import { input } from '../tasks/task.js';
import type { Baseline } from './baseline.js';

type AdacofRecipe = Extract<NetworkRecipe, { kind: `adacof${string}` }>;
type AdacofLosses = Extract<ObjectiveRecipe, { kind: 'adacof' }>;

/** AdaCoF with the Charbonnier penalty of its frame and the smoothness of offsets and occlusion map. */
export function adacofBaseline(recipe: AdacofRecipe, { spatialWeight, occlusionWeight }: AdacofLosses): Baseline {
  const { kind, initialization } = recipe;
  const network = createAdacof(kind === 'adacof_custom' ? recipe.config : kind, kind, initialization);
  return {
    network,
    parameters: network.parameters,
    inputs: [],
    frozen: new Map(),
    evaluate: (weights, inputs) => {
      const prediction = network.forward(weights, { frame0: input(inputs, 'frame0'), frame1: input(inputs, 'frame1') });
      return {
        frame: prediction.frame,
        own: adacofObjective(prediction, input(inputs, 'frameT'), { spatialWeight, occlusionWeight }),
      };
    },
  };
}
