import type { FloatTensor } from '@vosvfi/core';
import type { InterpolationNetwork } from '../interpolation-network.js';
import { type LoadWeightsOptions, loadWeights } from './load.js';
import { hasWeightsParts, loadWeightsParts, type WeightsPart } from './load-parts.js';

/** What must be known of a network to load its weights. */
export interface WeightedNetwork
  extends Pick<InterpolationNetwork, 'parameters' | 'trainingParameters' | 'weightsHint'> {
  /** The files of a folder, where official weights are several. */
  readonly files?: readonly WeightsPart[];
}

/**
 * {@link loadWeights} of what a network needs; a file may hold all that its training has, as the authors' files do, and a
 * folder the network's parts.
 * @throws CheckpointError as `loadWeights`, with what the network has to say about files that do not fit.
 */
export async function loadNetworkWeights(
  path: string,
  network: WeightedNetwork,
  place: Pick<LoadWeightsOptions, 'prefix' | 'at'> = {},
): Promise<Map<string, FloatTensor>> {
  const { parameters, trainingParameters, weightsHint, files } = network;
  const options = {
    ...(trainingParameters === undefined ? {} : { optional: trainingParameters }),
    ...(weightsHint === undefined ? {} : { hint: weightsHint }),
  };
  if (files !== undefined && (await hasWeightsParts(path, files))) {
    return loadWeightsParts(path, files, parameters, options);
  }
  return loadWeights(path, parameters, { ...place, ...options });
}
