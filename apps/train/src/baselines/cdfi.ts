import { adacofObjective } from '@vosvfi/losses';
import { createCdfi } from '@vosvfi/models/cdfi';
import type { NetworkRecipe } from '../recipe/network-schema.js';
import type { ObjectiveRecipe } from '../recipe/objective-schema.js';
import { input } from '../tasks/task.js';
import type { Baseline } from './baseline.js';
import { loadPerceptual } from './perceptual.js';

type CdfiRecipe = Extract<NetworkRecipe, { kind: `cdfi${string}` }>;
type CdfiLosses = Extract<ObjectiveRecipe, { kind: 'adacof' }>;

/**
 * CDFI with the Charbonnier penalty of its frame, the smoothness of offsets and, if asked for, the perceptual term.
 * @throws CheckpointError if the perceptual term's weights cannot be read.
 */
export async function cdfiBaseline(recipe: CdfiRecipe, objective: CdfiLosses): Promise<Baseline> {
  const { kind, initialization } = recipe;
  const { spatialWeight, occlusionWeight } = objective;
  const network = createCdfi(kind === 'cdfi_custom' ? recipe.config : kind, kind, initialization);
  const perceptual = await loadPerceptual(objective.perceptual);
  return {
    network,
    parameters: network.parameters,
    inputs: [],
    frozen: perceptual.frozen,
    evaluate: (weights, inputs, frozen) => {
      const prediction = network.forward(weights, { frame0: input(inputs, 'frame0'), frame1: input(inputs, 'frame1') });
      const options = { spatialWeight, occlusionWeight, ...perceptual.term(frozen) };
      return { frame: prediction.frame, own: adacofObjective(prediction, input(inputs, 'frameT'), options) };
    },
  };
}
