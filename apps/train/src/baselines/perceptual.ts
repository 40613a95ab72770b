import type { WeightMap } from '@vosvfi/core';
import { type PerceptualTerm, perceptualLoss, vgg16Parameters } from '@vosvfi/losses';
import { loadWeights } from '@vosvfi/models/weights';
import type { TensorWeights } from '@vosvfi/runtime';
import type { PerceptualRecipe } from '../recipe/objective-schema.js';

/** What the feature network's weights are called among the constants of the loss. */
const prefix = 'perceptual/';

/** The perceptual term of an objective and the constants that it reads. */
export interface Perceptual {
  readonly frozen: WeightMap;
  /** The term, from the constants as tensors; nothing if there is none. */
  readonly term: (frozen: TensorWeights) => { readonly perceptual?: PerceptualTerm };
}

/**
 * The perceptual term of a recipe.
 * @throws CheckpointError if the weights cannot be read or are not those of VGG16.
 */
export async function loadPerceptual(recipe: PerceptualRecipe | undefined): Promise<Perceptual> {
  if (recipe === undefined) return { frozen: new Map(), term: () => ({}) };
  const weights = await loadWeights(recipe.weights, vgg16Parameters, { isPart: true });
  return {
    frozen: new Map([...weights].map(([key, tensor]) => [prefix + key, tensor])),
    term: (frozen) => {
      const own = new Map(vgg16Parameters.map(({ key }) => [key, frozen.get(prefix + key)!] as const));
      return {
        perceptual: { weight: recipe.weight, loss: (frame, frameT) => perceptualLoss(own, frame, frameT) },
      };
    },
  };
}
