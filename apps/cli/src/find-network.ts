import { ConfigError } from '@vosvfi/core';
import { listModels, type ModelEntry } from '@vosvfi/models';
import { listSegmenters, type SegmenterEntry } from '@vosvfi/vos/registry';

/** A network of either kind, with its kind. */
export type NetworkEntry =
  | { readonly task: 'interpolation'; readonly entry: ModelEntry }
  | { readonly task: 'segmentation'; readonly entry: SegmenterEntry };

/** All networks: those that interpolate, then those that segment. */
export function listNetworks(): NetworkEntry[] {
  return [
    ...listModels().map((entry) => ({ task: 'interpolation' as const, entry })),
    ...listSegmenters().map((entry) => ({ task: 'segmentation' as const, entry })),
  ];
}

/**
 * The network called `id`.
 * @throws ConfigError listing the names that exist.
 */
export function findNetwork(id: string): NetworkEntry {
  const networks = listNetworks();
  const found = networks.find(({ entry }) => entry.id === id);
  if (found !== undefined) return found;
  throw new ConfigError('model', `there is no network "${id}".`, {
    hint: `Known: ${networks.map(({ entry }) => entry.id).join(', ')}.`,
  });
}
