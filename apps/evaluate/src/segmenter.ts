import { fileURLToPath } from 'node:url';
import { ConfigError } from '@vosvfi/core';
import type { SequenceSegmenter } from '@vosvfi/eval';
import type { EngineId } from '@vosvfi/runtime/engine';
import { stcnTinyWeightsUrl } from '@vosvfi/vos/weights';

/** Segmentation networks, as this command names them. */
export const segmenterIds = ['stcn', 'stcn_tiny'] as const;

type SegmenterId = (typeof segmenterIds)[number];

/** A segmenter that holds native memory. */
interface OpenSegmenter extends SequenceSegmenter {
  dispose(): Promise<void>;
}

/** Every how many frames one is remembered, besides the first: the official evaluation's number. */
const memoryEvery = 5;

/**
 * The weights file of a segmenter: the given one, or the one that comes with a small network; undefined without a segmenter.
 * @throws ConfigError for weights without a segmenter, and for a segmenter whose weights must be given and are not.
 */
export function findSegmenterWeights(choice: {
  readonly segmenter?: SegmenterId | undefined;
  readonly segmenterWeights?: string | undefined;
}): string | undefined {
  const { segmenter, segmenterWeights } = choice;
  if (segmenter === undefined) {
    if (segmenterWeights === undefined) return undefined;
    throw new ConfigError('--segmenter-weights', 'is of no use without --segmenter.');
  }
  if (segmenterWeights !== undefined) return segmenterWeights;
  if (segmenter === 'stcn_tiny') return fileURLToPath(stcnTinyWeightsUrl);
  throw new ConfigError('--segmenter-weights', `"${segmenter}" is a network and needs its weights.`, {
    hint: 'Give a safetensors file or a PyTorch checkpoint, or take --segmenter stcn_tiny, whose weights come along.',
  });
}

/**
 * Opens a segmenter with its weights file; the code of its network is loaded only now.
 * @throws CheckpointError for weights that cannot be read or do not fit.
 */
export async function openSegmenter(
  id: SegmenterId,
  weightsFile: string,
  { engine, threads }: { readonly engine: EngineId; readonly threads?: number | undefined },
): Promise<OpenSegmenter> {
  const { loadWeights } = await import('@vosvfi/models/weights');
  const { createStcn, createStcnPropagator } = await import('@vosvfi/vos/stcn');
  const network = createStcn(id);
  const weights = await loadWeights(weightsFile, network.parameters);
  const propagator = createStcnPropagator(network, weights, {
    memoryEvery,
    engine,
    ...(threads === undefined ? {} : { threads }),
  });
  return { ...propagator, id: `${id}, memory of the first and every ${memoryEvery}th frame` };
}
