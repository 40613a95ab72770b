import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ConfigError, type WeightMap } from '@vosvfi/core';
import { loadWeights } from '@vosvfi/models/weights';
import { createStcn, type StcnNetwork } from '@vosvfi/vos/stcn';
import type { VosRecipe } from '../recipe/objective-schema.js';

/** A segmentation network with the weights it keeps. */
export interface FrozenSegmenter {
  readonly network: StcnNetwork;
  readonly weights: WeightMap;
}

/**
 * The segmenter of a recipe's VOS-aware terms.
 * @throws ConfigError if weights must be named and are not; CheckpointError if they cannot be read or do not fit.
 */
export async function loadSegmenter({ model, weights }: VosRecipe['segmenter']): Promise<FrozenSegmenter> {
  const network = createStcn(model);
  return { network, weights: await loadWeights(weights ?? shippedWeights(model), network.parameters) };
}

/** The file in @vosvfi/vos. */
function shippedWeights(model: VosRecipe['segmenter']['model']): string {
  if (model !== 'stcn_tiny') {
    throw new ConfigError(
      'objective.vos.segmenter.weights',
      `expected a file, because no weights of ${model} come along.`,
    );
  }
  const vosPackage = createRequire(import.meta.url).resolve('@vosvfi/vos/package.json');
  return join(dirname(vosPackage), 'weights', `${model}.safetensors`);
}
