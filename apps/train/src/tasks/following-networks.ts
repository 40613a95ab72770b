import { bootstrappedCrossEntropy } from '@vosvfi/losses';
import { createRvos, createRvosSegmenter, rvosTrainingLoss } from '@vosvfi/vos/rvos';
import { createStcn, stcnTrainingLoss } from '@vosvfi/vos/stcn';
import type { NetworkRecipe } from '../recipe/network-schema.js';
import type { ObjectiveRecipe } from '../recipe/objective-schema.js';
import type { FollowingNetwork } from './segmentation.js';

/** Network and loss of a recipe that trains a segmentation network; nothing if they do not go together. */
export function followingNetwork(recipe: NetworkRecipe, objective: ObjectiveRecipe): FollowingNetwork | undefined {
  switch (recipe.kind) {
    case 'stcn':
    case 'stcn_tiny':
      return objective.kind === 'stcn' ? followingStcn(recipe.kind, objective.fraction) : undefined;
    case 'rvos':
    case 'rvos_custom':
      return objective.kind === 'rvos' ? followingRvos(recipe, objective.previous) : undefined;
    default:
      return undefined;
  }
}

function followingStcn(preset: 'stcn' | 'stcn_tiny', fraction: number): FollowingNetwork {
  const network = createStcn(preset);
  return {
    parameters: network.parameters,
    loss: stcnTrainingLoss(network, (logits, target) => bootstrappedCrossEntropy(logits, target, fraction)),
    follow: (weights, clip) => network.forward(weights, clip).mask1,
  };
}

function followingRvos(
  recipe: Extract<NetworkRecipe, { kind: 'rvos' | 'rvos_custom' }>,
  previous: 'given' | 'found',
): FollowingNetwork {
  const network = createRvos(recipe.kind === 'rvos' ? 'rvos_one_shot' : { ...recipe.config, variant: 'one-shot' });
  return {
    parameters: network.parameters,
    loss: rvosTrainingLoss(network, previous),
    follow: (weights, { frame0, frame1, mask0 }) => {
      const segmenter = createRvosSegmenter(network, weights);
      return segmenter.segment(segmenter.memorize(frame0, mask0), segmenter.encodeQuery(frame1));
    },
  };
}
