import type { Frame, Mask } from '@vosvfi/core';

/** Follows the objects of a first mask through a sequence, as semi-supervised video object segmentation does. */
export interface SequenceSegmenter {
  readonly id: string;
  /**
   * Masks of all frames, the first included, with the labels of `firstMask`; each of its frame's size.
   * Frames may come one by one; each must be used before the next is asked for.
   */
  propagate(frames: AsyncIterable<Frame> | readonly Frame[], firstMask: Mask): Promise<Mask[]>;
}
