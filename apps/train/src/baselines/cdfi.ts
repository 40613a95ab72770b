import { createCdfi } from '@vosvfi/models/cdfi';
import type { NetworkRecipe } from '../recipe/network-schema.js';
import { type AdacofLosses, withAdacofLosses } from './adacof-losses.js';
import type { Baseline } from './baseline.js';

type CdfiRecipe = Extract<NetworkRecipe, { kind: `cdfi${string}` }>;

/**
 * CDFI with its losses.
 * @throws CheckpointError if the perceptual term's weights cannot be read.
 */
export function cdfiBaseline(recipe: CdfiRecipe, objective: AdacofLosses): Promise<Baseline> {
  const { kind, initialization } = recipe;
  return withAdacofLosses(createCdfi(kind === 'cdfi_custom' ? recipe.config : kind, kind, initialization), objective);
}
