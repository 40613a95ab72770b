import { fileURLToPath } from 'node:url';
import { ConfigError, type WeightMap } from '@vosvfi/core';
import { hasWeightsParts, loadWeights, loadWeightsParts } from '@vosvfi/models/weights';
import type { VosRecipe } from '../recipe/vos-schema.js';
import { segmenters } from '../segmenters/registry.js';
import type { FrozenSegmenter, SegmenterEntry, SupervisingNetwork } from '../segmenters/segmenter.js';
import { weightsFile } from './weights-file.js';

/**
 * The segmenter of a recipe's VOS-aware terms.
 * @throws ConfigError if weights must be named and are not; CheckpointError if they cannot be read or do not fit.
 */
export async function loadSegmenter({ model, weights }: VosRecipe['segmenter']): Promise<FrozenSegmenter> {
  const entry: SegmenterEntry = segmenters[model];
  const network = await entry.load();
  const file = weights ?? shippedWeights(model, entry.shippedWeights);
  return { ...network, weights: await readSegmenterWeights(file, network) };
}

/**
 * Reads what a segmentation network keeps: a file, or a folder of the files that its authors publish.
 * @throws CheckpointError if they cannot be read or do not fit.
 */
export async function readSegmenterWeights(path: string, network: SupervisingNetwork): Promise<WeightMap> {
  const { parameters, optionalParameters: optional = [], files } = network;
  if (files !== undefined && (await hasWeightsParts(path, files))) {
    return await loadWeightsParts(path, files, parameters, { optional });
  }
  return await loadWeights(await weightsFile(path), parameters, { optional });
}

function shippedWeights(id: string, url: URL | undefined): string {
  if (url !== undefined) return fileURLToPath(url);
  throw new ConfigError('objective.vos.segmenter.weights', `expected a file, because no weights of ${id} come along.`);
}
