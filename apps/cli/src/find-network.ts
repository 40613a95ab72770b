import { ConfigError } from '@vosvfi/core';
import { type FlowEntry, listFlowNetworks, listModels, type ModelEntry } from '@vosvfi/models';
import { listSegmenters, type SegmenterEntry } from '@vosvfi/vos/registry';

/** A network with what it is for. */
export type NetworkEntry =
  | { readonly task: 'interpolation'; readonly entry: ModelEntry }
  | { readonly task: 'segmentation'; readonly entry: SegmenterEntry }
  | { readonly task: 'flow'; readonly entry: FlowEntry };

/** All networks: those that interpolate, those that segment, and those that find optical flow. */
export function listNetworks(): NetworkEntry[] {
  return [
    ...listModels().map((entry) => ({ task: 'interpolation' as const, entry })),
    ...listSegmenters().map((entry) => ({ task: 'segmentation' as const, entry })),
    ...listFlowNetworks().map((entry) => ({ task: 'flow' as const, entry })),
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
