import { loadWeights } from '@vosvfi/models/weights';
import { createDeeplabv3, createDeeplabv3Segmenter, type Deeplabv3Preset } from '@vosvfi/vos/deeplabv3';
import type { MaskMaker } from './maker.js';

/** Options of {@link openDeeplabMaker}. */
export interface DeeplabOptions {
  readonly preset: Deeplabv3Preset;
  readonly weights: string;
  readonly shorterSide: number | null;
  readonly threads: number;
}

/**
 * Masks by DeepLabV3, frame by frame.
 * @throws CheckpointError for weights that do not fit.
 */
export async function openDeeplabMaker({ preset, weights, shorterSide, threads }: DeeplabOptions): Promise<MaskMaker> {
  const network = createDeeplabv3(preset);
  const map = await loadWeights(weights, network.parameters, { optional: network.optionalParameters });
  const segmenter = createDeeplabv3Segmenter(network, map, { threads, ...(shorterSide !== null && { shorterSide }) });
  return {
    async masksOf(frames) {
      const masks = [];
      for (const frame of frames) masks.push((await segmenter.segment(frame)).labels);
      return masks;
    },
    dispose: () => segmenter.dispose(),
  };
}
