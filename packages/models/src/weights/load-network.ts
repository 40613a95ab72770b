import type { FloatTensor } from '@vosvfi/core';
import type { InterpolationNetwork } from '../interpolation-network.js';
import { type LoadWeightsOptions, loadWeights } from './load.js';

/**
 * {@link loadWeights} of what an interpolation network needs; a file may hold all that its training has, as the authors'
 * files do.
 * @throws CheckpointError as `loadWeights`, with what the network has to say about files that do not fit.
 */
export function loadNetworkWeights(
  path: string,
  network: Pick<InterpolationNetwork, 'parameters' | 'trainingParameters' | 'weightsHint'>,
  place: Pick<LoadWeightsOptions, 'prefix' | 'at'> = {},
): Promise<Map<string, FloatTensor>> {
  const { parameters, trainingParameters, weightsHint } = network;
  return loadWeights(path, parameters, {
    ...place,
    ...(trainingParameters === undefined ? {} : { optional: trainingParameters }),
    ...(weightsHint === undefined ? {} : { hint: weightsHint }),
  });
}
