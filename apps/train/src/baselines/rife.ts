import { rifeObjective } from '@vosvfi/losses';
import { takesTime } from '@vosvfi/models';
import { createRife } from '@vosvfi/models/rife';
import * as tf from '@vosvfi/runtime/tf';
import type { NetworkRecipe } from '../recipe/network-schema.js';
import type { ObjectiveRecipe } from '../recipe/objective-schema.js';
import { input } from '../tasks/task.js';
import type { Baseline } from './baseline.js';

type RifeRecipe = Extract<NetworkRecipe, { kind: `rife${string}` }>;
type RifeLosses = Extract<ObjectiveRecipe, { kind: 'rife' }>;

/** RIFE with its teacher, which is trained beside it: Laplacian losses of both, and distillation of the flows. */
export function rifeBaseline(recipe: RifeRecipe, { distillationWeight }: RifeLosses): Baseline {
  const { kind, initialization } = recipe;
  const network = createRife(kind === 'rife_custom' ? recipe.config : kind, kind, initialization);
  return {
    network,
    parameters: network.trainingParameters,
    inputs: takesTime(network) ? ['t'] : [],
    frozen: new Map(),
    evaluate: (weights, inputs) => {
      const frameT = input(inputs, 'frameT');
      const t = takesTime(network) ? input(inputs, 't') : tf.fill([frameT.shape[0] as number, 1, 1, 1], 0.5);
      const frames = { frame0: input(inputs, 'frame0'), frame1: input(inputs, 'frame1'), frameT };
      const prediction = network.forwardTraining(weights, { ...frames, t });
      return { frame: prediction.frame, own: rifeObjective(prediction, frameT, { distillationWeight }) };
    },
  };
}
