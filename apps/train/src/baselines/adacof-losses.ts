import { adacofObjective } from '@vosvfi/losses';
import type { AdacofNetwork } from '@vosvfi/models/adacof';
import type { CdfiNetwork } from '@vosvfi/models/cdfi';
import type { ObjectiveRecipe } from '../recipe/objective-schema.js';
import { input } from '../tasks/task.js';
import type { Baseline } from './baseline.js';
import { loadPerceptual } from './perceptual.js';

/** Checked weights of AdaCoF's losses, which CDFI shares. */
export type AdacofLosses = Extract<ObjectiveRecipe, { kind: 'adacof' }>;

/**
 * A network with the Charbonnier penalty of its frame, the smoothness of offsets and occlusion map and, if asked for, the
 * perceptual term.
 * @throws CheckpointError if the perceptual term's weights cannot be read.
 */
export async function withAdacofLosses(
  network: AdacofNetwork | CdfiNetwork,
  { spatialWeight, occlusionWeight, perceptual }: AdacofLosses,
): Promise<Baseline> {
  const { frozen, term } = await loadPerceptual(perceptual);
  return {
    network,
    parameters: network.parameters,
    inputs: [],
    frozen,
    evaluate: (weights, inputs, constants) => {
      const prediction = network.forward(weights, { frame0: input(inputs, 'frame0'), frame1: input(inputs, 'frame1') });
      const options = { spatialWeight, occlusionWeight, ...term(constants) };
      return { frame: prediction.frame, own: adacofObjective(prediction, input(inputs, 'frameT'), options) };
    },
  };
}
