import type { Mask } from '@vosvfi/core';
import { readFrame } from '@vosvfi/data';
import { loadWeights } from '@vosvfi/models/weights';
import type { VideoSegmenter, WindowOptions } from '@vosvfi/vos';
import {
  createStcn,
  createStcnTinyVideoSegmenter,
  createStcnVideoSegmenter,
  type StcnPreset,
  type StcnTinyVideoSegmenterOptions,
  type StcnVideoSegmenterOptions,
  stcnPresets,
} from '@vosvfi/vos/stcn';

/** How a network is used. */
export interface SegmenterChoice extends StcnVideoSegmenterOptions {
  /** Null: it sees whole frames. */
  readonly window: (WindowOptions & Pick<StcnTinyVideoSegmenterOptions, 'views'>) | null;
  /** Instead of the preset's. */
  readonly locality: number | undefined;
}

/** Opens a network with a weights file. @throws CheckpointError for weights that cannot be read or do not fit. */
export async function openSegmenter(
  preset: StcnPreset,
  file: string,
  { window, locality, ...options }: SegmenterChoice,
): Promise<VideoSegmenter> {
  const network = createStcn(locality === undefined ? preset : { ...stcnPresets[preset], locality });
  const weights = await loadWeights(file, network.parameters);
  return window === null
    ? createStcnVideoSegmenter(network, weights, options)
    : createStcnTinyVideoSegmenter(network, weights, { ...options, ...window });
}

/** Masks of all frames of files, by that of the first. */
export async function carryMask(segmenter: VideoSegmenter, files: readonly string[], first: Mask): Promise<Mask[]> {
  const video = segmenter.start();
  const masks: Mask[] = [];
  for (const file of files) {
    const { mask } = await video.step(await readFrame(file), masks.length === 0 ? { masks: first } : undefined);
    masks.push(mask);
  }
  return masks;
}
