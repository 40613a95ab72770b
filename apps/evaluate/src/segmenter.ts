import { ConfigError } from '@vosvfi/core';
import type { SequenceSegmenter } from '@vosvfi/eval';
import type { EngineId } from '@vosvfi/runtime';

/** Segmentation networks, as this command names them. */
export const segmenterIds = ['stcn', 'stcn_tiny'] as const;

/** Which segmenter to open. */
export interface SegmenterChoice {
  readonly segmenter: (typeof segmenterIds)[number];
  readonly segmenterWeights?: string | undefined;
  readonly engine: EngineId;
  readonly threads?: number | undefined;
}

/** A segmenter that holds native memory. */
export interface OpenSegmenter extends SequenceSegmenter {
  dispose(): Promise<void>;
}

/**
 * Opens a segmenter by name; the code of its network is loaded only now.
 * @throws ConfigError without weights; CheckpointError for weights that do not fit.
 */
export async function openSegmenter(choice: SegmenterChoice): Promise<OpenSegmenter> {
  const { segmenter: id, segmenterWeights, engine, threads } = choice;
  if (segmenterWeights === undefined) {
    throw new ConfigError('--segmenter-weights', `"${id}" is a network and needs its weights.`, {
      hint: 'Give a safetensors file or a PyTorch checkpoint.',
    });
  }
  const { loadWeights } = await import('@vosvfi/models/weights');
  const { createStcn } = await import('@vosvfi/vos/stcn');
  const { stcnSequenceSegmenter } = await import('./stcn-sequence.js');
  const network = createStcn(id);
  const weights = await loadWeights(segmenterWeights, network.parameters);
  return stcnSequenceSegmenter(network, weights, { engine, ...(threads === undefined ? {} : { threads }) });
}
