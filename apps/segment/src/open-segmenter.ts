import { weightsDigest } from '@vosvfi/models/weights';
import { atShorterSide, type VideoSegmenter } from '@vosvfi/vos';
import { checkSegmenterChoice, type SegmenterChoice, type SegmenterOptions } from '@vosvfi/vos/registry';
import type { MaskSettings } from './mask-folder.js';

/** A segmentation network by name, its weights and how it works. */
export interface OpenSegmenterOptions extends SegmenterChoice, SegmenterOptions {
  /** Shorter side of the frames that the network sees, pixels; larger ones are reduced. Default: their own size. */
  readonly shorterSide?: number;
}

/**
 * Opens a segmenter; the code of its network is loaded only now.
 * @throws ConfigError for an unknown name, missing weights or an invalid option; CheckpointError for weights that cannot be
 * read or do not fit.
 */
export async function openSegmenter(options: OpenSegmenterOptions): Promise<VideoSegmenter> {
  const { model, weights: _, shorterSide, ...rest } = options;
  const { entry, file } = checkSegmenterChoice(options);
  const { loadNetworkWeights } = await import('@vosvfi/models/weights');
  const weights = await loadNetworkWeights(file, await entry.load());
  const segmenter = await entry.createVideoSegmenter(weights, rest);
  return shorterSide === undefined ? segmenter : atShorterSide(segmenter, shorterSide);
}

/** What determines the results of a segmenter, for `segmentVideo`. @throws ConfigError as {@link openSegmenter}. */
export async function describeSegmenter(options: OpenSegmenterOptions): Promise<MaskSettings> {
  const { model, shorterSide, memoryEvery, topK, maxMemoryFrames } = options;
  const { file } = checkSegmenterChoice(options);
  return {
    model,
    weights: await weightsDigest(file),
    ...(shorterSide !== undefined && { shorterSide }),
    ...(memoryEvery !== undefined && { memoryEvery }),
    ...(topK !== undefined && { topK }),
    ...(maxMemoryFrames !== undefined && { maxMemoryFrames }),
  };
}
