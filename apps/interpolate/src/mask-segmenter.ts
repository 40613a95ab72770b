import type { EngineId } from '@vosvfi/runtime/engine';
import type { VideoSegmenter } from '@vosvfi/vos';
import { checkSegmenterChoice } from '@vosvfi/vos/registry';

/** Which network carries masks, and what runs it. */
export interface MaskSegmenterOptions {
  /** Id in the registry of segmentation networks; stcn_tiny by default. */
  readonly segmenter?: string | undefined;
  readonly segmenterWeights?: string | undefined;
  readonly engine: EngineId;
  readonly threads?: number | undefined;
}

/** Shorter side of the frames that the network sees: what such networks are made for. */
const SIDE = 480;

/** The network's entry in the registry and its weights file. @throws ConfigError if there is none. */
export function checkMaskSegmenter({ segmenter = 'stcn_tiny', segmenterWeights }: MaskSegmenterOptions) {
  return checkSegmenterChoice({ model: segmenter, weights: segmenterWeights });
}

/** Opens the network; its code is loaded only now. @throws CheckpointError for weights that do not fit. */
export async function openMaskSegmenter(options: MaskSegmenterOptions): Promise<VideoSegmenter> {
  const { entry, file } = checkMaskSegmenter(options);
  const { engine, threads } = options;
  const [{ loadNetworkWeights }, { atShorterSide }] = await Promise.all([
    import('@vosvfi/models/weights'),
    import('@vosvfi/vos'),
  ]);
  const weights = await loadNetworkWeights(file, await entry.load());
  const segmenter = await entry.createVideoSegmenter(weights, { engine, ...(threads !== undefined && { threads }) });
  return atShorterSide(segmenter, SIDE);
}
