import type { WeightMap } from '@vosvfi/core';
import { loadNetworkWeights } from '@vosvfi/models/weights';
import type { NetworkEntry } from './find-network.js';

/** Where in a file the weights are. */
export interface WeightsPlace {
  readonly prefix?: string | undefined;
  readonly at?: string | undefined;
}

/** Weights that fit a network, and what is noteworthy about their values. */
export interface CheckedWeights {
  readonly weights: WeightMap;
  readonly tensors: number;
  readonly values: number;
  /** Infinities and NaN; more than none means that training went wrong. */
  readonly nonFinite: number;
  readonly largest: number;
}

/**
 * Loads weights for a network.
 * @throws CheckpointError if the file is damaged or does not fit.
 */
export async function loadChecked(
  model: NetworkEntry['entry'],
  path: string,
  place: WeightsPlace = {},
): Promise<CheckedWeights> {
  const { prefix, at } = place;
  const weights = await loadNetworkWeights(path, await model.load(), {
    ...(prefix === undefined ? {} : { prefix }),
    ...(at === undefined ? {} : { at }),
  });
  let values = 0;
  let nonFinite = 0;
  let largest = 0;
  for (const { data } of weights.values()) {
    values += data.length;
    for (const value of data) {
      if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
      else nonFinite++;
    }
  }
  return { weights, tensors: weights.size, values, nonFinite, largest };
}
