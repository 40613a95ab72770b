import { ConfigError } from '@vosvfi/core';
import type { SequenceSegmenter } from '@vosvfi/eval';
import type { EngineId } from '@vosvfi/runtime/engine';
import type { VideoSegmenter } from '@vosvfi/vos';
import { checkSegmenterChoice, findSegmenter, listSegmenters } from '@vosvfi/vos/registry';

/** Segmentation networks, as this command names them. */
export const segmenterIds: readonly string[] = listSegmenters().map(({ id }) => id);

/** A segmenter that holds native memory. */
interface OpenSegmenter extends SequenceSegmenter {
  dispose(): Promise<void>;
}

/**
 * The weights file of a segmenter: the given one, or the one that comes with a small network; undefined without a segmenter.
 * @throws ConfigError for weights without a segmenter, and for a segmenter whose weights must be given and are not.
 */
export function findSegmenterWeights(choice: {
  readonly segmenter?: string | undefined;
  readonly segmenterWeights?: string | undefined;
}): string | undefined {
  const { segmenter, segmenterWeights } = choice;
  if (segmenter !== undefined) return checkSegmenterChoice({ model: segmenter, weights: segmenterWeights }).file;
  if (segmenterWeights === undefined) return undefined;
  throw new ConfigError('--segmenter-weights', 'is of no use without --segmenter.');
}

/**
 * Opens a segmenter with its weights file; the code of its network is loaded only now.
 * @throws CheckpointError for weights that cannot be read or do not fit.
 */
export async function openSegmenter(
  id: string,
  weightsFile: string,
  { engine, threads }: { readonly engine: EngineId; readonly threads?: number | undefined },
): Promise<OpenSegmenter> {
  const { loadNetworkWeights } = await import('@vosvfi/models/weights');
  const entry = findSegmenter(id);
  const weights = await loadNetworkWeights(weightsFile, await entry.load());
  const segmenter = await entry.createVideoSegmenter(weights, { engine, ...(threads !== undefined && { threads }) });
  return sequenceSegmenter(segmenter);
}

function sequenceSegmenter(segmenter: VideoSegmenter): OpenSegmenter {
  return {
    id: segmenter.id,
    propagate: async (frames, firstMask) => {
      const video = segmenter.start();
      const masks = [];
      for await (const frame of frames) {
        const { mask } = await video.step(frame, masks.length === 0 ? { masks: firstMask } : undefined);
        masks.push(mask);
      }
      return masks;
    },
    dispose: () => segmenter.dispose(),
  };
}
