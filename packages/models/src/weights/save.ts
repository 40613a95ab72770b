import type { WeightMap } from '@vosvfi/core';
import { type WriteSafetensorsOptions, writeSafetensors } from '@vosvfi/core/safetensors';

/**
 * Writes weights as safetensors, in the map's order and with official keys and layouts, so that the official PyTorch
 * code can load them (`safetensors.torch.load_file`). The file appears only when it is complete.
 * @param metadata text notes, such as the network's id.
 * @throws ConfigError for halves and a weight that they cannot hold.
 */
export async function saveWeights(
  path: string,
  weights: WeightMap,
  metadata: Readonly<Record<string, string>> = {},
  options: WriteSafetensorsOptions = {},
): Promise<void> {
  // Loaders of other projects read this note as "the layout is PyTorch's".
  await writeSafetensors(path, weights, { format: 'pt', ...metadata }, options);
}
