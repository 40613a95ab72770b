import type { Frame, Mask } from '@vosvfi/core';
import { readFrame } from '@vosvfi/data';
import { loadWeights } from '@vosvfi/models/weights';
import { createWindowedSegmenter, type VideoSegmenter, type WindowOptions } from '@vosvfi/vos';
import {
  createStcn,
  createStcnPropagator,
  type StcnPreset,
  type StcnPropagator,
  type StcnPropagatorOptions,
  stcnPresets,
} from '@vosvfi/vos/stcn';

/** How a network is used. */
export interface SegmenterChoice extends StcnPropagatorOptions {
  /** Null: it sees whole frames. */
  readonly window: WindowOptions | null;
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
  const whole = stepByStep(createStcnPropagator(network, weights, options));
  return window === null ? whole : createWindowedSegmenter(whole, window);
}

/** A propagator, which takes sequences with the masks of their first frames, frame by frame. */
function stepByStep(propagator: StcnPropagator): VideoSegmenter {
  return {
    id: propagator.id,
    dispose: () => propagator.dispose(),
    start() {
      let current: Frame;
      let frames: ReturnType<StcnPropagator['frames']> | undefined;
      // A frame is read when it is asked for.
      const endless = function* (): Generator<Frame> {
        for (;;) yield current;
      };
      return {
        async step(frame, given) {
          current = frame;
          frames ??= propagator.frames(endless(), given!.masks);
          const { value } = await frames.next();
          return value!;
        },
        reset() {
          frames = undefined;
        },
      };
    },
  };
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
