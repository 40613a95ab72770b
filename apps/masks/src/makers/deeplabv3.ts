import type { WeightMap } from '@vosvfi/core';
import { loadWeights } from '@vosvfi/models/weights';
import {
  createDeeplabv3,
  createDeeplabv3Segmenter,
  type Deeplabv3Network,
  type Deeplabv3Preset,
} from '@vosvfi/vos/deeplabv3';
import type { MaskMaker } from './maker.js';

/** Options of {@link createDeeplabMaker}. */
export interface DeeplabOptions {
  /** Shorter side of the frames that the network sees; `null`: frames as they are. */
  readonly shorterSide: number | null;
  readonly threads: number;
}

/** Masks by DeepLabV3, frame by frame; labels are classes. */
export function createDeeplabMaker(
  network: Deeplabv3Network,
  weights: WeightMap,
  { shorterSide, threads }: DeeplabOptions,
): MaskMaker {
  const segmenter = createDeeplabv3Segmenter(network, weights, {
    threads,
    ...(shorterSide !== null && { shorterSide }),
  });
  return {
    async masksOf(frames) {
      const masks = [];
      for (const frame of frames) masks.push((await segmenter.segment(frame)).labels);
      return masks;
    },
    dispose: () => segmenter.dispose(),
  };
}

/** {@link createDeeplabMaker} with weights in a file. @throws CheckpointError for weights that do not fit. */
export async function openDeeplabMaker(
  preset: Deeplabv3Preset,
  file: string,
  options: DeeplabOptions,
): Promise<MaskMaker> {
  const network = createDeeplabv3(preset);
  const weights = await loadWeights(file, network.parameters, { optional: network.optionalParameters });
  return createDeeplabMaker(network, weights, options);
}
