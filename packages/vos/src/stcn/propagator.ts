import type { Frame, Mask, WeightMap } from '@vosvfi/core';
import type { StcnNetwork } from './network.js';
import type { StcnSegmentedFrame } from './video-segmentation.js';
import {
  createStcnVideoSegmenter,
  type StcnVideoSegmenter,
  type StcnVideoSegmenterOptions,
} from './video-segmenter.js';

/** Frames one by one or all at once; all of one size. */
export type FrameSequence = AsyncIterable<Frame> | Iterable<Frame>;

/** Carries the masks of a first frame through sequences. */
export interface StcnPropagator {
  readonly id: string;
  /**
   * Masks of all frames, the first included, with the labels of `firstMask` (255 and 0 are background).
   * @throws ShapeError if a frame's size is not that of the first frame, or that of `firstMask` is not.
   */
  propagate(frames: FrameSequence, firstMask: Mask): Promise<Mask[]>;
  /** As {@link StcnPropagator.propagate}, frame by frame and with probabilities. A frame is read when it is asked for. */
  frames(frames: FrameSequence, firstMask: Mask): AsyncGenerator<StcnSegmentedFrame, void, undefined>;
  /** Frees native memory. The propagator cannot be used afterwards. */
  dispose(): Promise<void>;
}

/**
 * {@link createStcnVideoSegmenter} for sequences whose masks are given at the first frame. Compiled functions are kept for
 * the next sequence.
 * @param weights Of `network`, official layouts.
 * @throws ConfigError for an option out of range.
 */
export function createStcnPropagator(
  network: StcnNetwork,
  weights: WeightMap,
  options: StcnVideoSegmenterOptions = {},
): StcnPropagator {
  const segmenter = createStcnVideoSegmenter(network, weights, options);
  return {
    id: network.id,
    frames: (frames, firstMask) => stepThrough(segmenter, frames, firstMask),
    propagate: async (frames, firstMask) => {
      const masks: Mask[] = [];
      for await (const { mask } of stepThrough(segmenter, frames, firstMask)) masks.push(mask);
      return masks;
    },
    dispose: () => segmenter.dispose(),
  };
}

async function* stepThrough(
  segmenter: StcnVideoSegmenter,
  frames: FrameSequence,
  firstMask: Mask,
): AsyncGenerator<StcnSegmentedFrame, void, undefined> {
  const video = segmenter.start();
  let isFirst = true;
  for await (const frame of frames) {
    yield await (isFirst ? video.step(frame, { masks: firstMask }) : video.step(frame));
    isFirst = false;
  }
}
