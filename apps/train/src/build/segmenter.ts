import { fileURLToPath } from 'node:url';
import { ConfigError, type WeightMap } from '@vosvfi/core';
import { loadWeights } from '@vosvfi/models/weights';
import { createStcn, type StcnNetwork } from '@vosvfi/vos/stcn';
import { stcnTinyWeightsUrl } from '@vosvfi/vos/weights';
import type { VosRecipe } from '../recipe/objective-schema.js';
import { weightsFile } from './weights-file.js';

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
  return {
    network,
    weights: await loadWeights(await weightsFile(weights ?? shippedWeights(model)), network.parameters),
  };
}

/** The file in @vosvfi/vos. */
function shippedWeights(model: VosRecipe['segmenter']['model']): string {
  if (model !== 'stcn_tiny') {
    throw new ConfigError(
      'objective.vos.segmenter.weights',
      `expected a file, because no weights of ${model} come along.`,
    );
  }
  return fileURLToPath(stcnTinyWeightsUrl);
}
