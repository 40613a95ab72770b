import { createAdacof } from '@vosvfi/models/adacof';
import type { NetworkRecipe } from '../recipe/network-schema.js';
import { type AdacofLosses, withAdacofLosses } from './adacof-losses.js';
import type { Baseline } from './baseline.js';

type AdacofRecipe = Extract<NetworkRecipe, { kind: `adacof${string}` }>;

/**
 * AdaCoF with its losses.
 * @throws CheckpointError if the perceptual term's weights cannot be read.
 */
export function adacofBaseline(recipe: AdacofRecipe, objective: AdacofLosses): Promise<Baseline> {
  const { kind, initialization } = recipe;
  return withAdacofLosses(
    createAdacof(kind === 'adacof_custom' ? recipe.config : kind, kind, initialization),
    objective,
  );
}
