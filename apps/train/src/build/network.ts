import { createIfrnet, type IfrnetNetwork } from '@vosvfi/models/ifrnet';
import type { Recipe } from '../recipe/schema.js';

/** The interpolation network of a recipe. */
export function buildInterpolationNetwork(
  recipe: Extract<Recipe['network'], { kind: `ifrnet${string}` }>,
): IfrnetNetwork {
  const { kind, initialization } = recipe;
  return createIfrnet(kind === 'ifrnet_custom' ? recipe.config : kind, kind, initialization);
}
