import { createIfrnet, type IfrnetNetwork } from '@vosvfi/models/ifrnet';
import type { Recipe } from '../recipe/schema.js';

/** The interpolation network of a recipe. */
export function buildInterpolationNetwork(
  recipe: Extract<Recipe['network'], { kind: `ifrnet${string}` }>,
): IfrnetNetwork {
  return recipe.kind === 'ifrnet_custom' ? createIfrnet(recipe.config) : createIfrnet(recipe.kind);
}
