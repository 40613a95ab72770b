import { createRandom, hash32, type WeightMap } from '@vosvfi/core';
import { loadWeights } from '@vosvfi/models/weights';
import { initializeWeights, type ParameterSpec } from '@vosvfi/runtime';
import type { Recipe } from '../recipe/schema.js';
import { weightsFile } from './weights-file.js';

/**
 * What a run starts from: the weights that the recipe names, or random ones.
 * @throws CheckpointError if they cannot be read, or listing the tensors that do not fit the network.
 */
export async function initialWeights(recipe: Recipe, parameters: readonly ParameterSpec[]): Promise<WeightMap> {
  const random = createRandom(hash32(`${recipe.seed}/weights`));
  if (recipe.weights === undefined) return initializeWeights(parameters, random);
  return await loadWeights(await weightsFile(recipe.weights), parameters, { random });
}
