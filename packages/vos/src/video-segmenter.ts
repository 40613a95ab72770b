import type { Frame, HostTensor, Mask } from '@vosvfi/core';

/** Masks that are given for a frame. */
export interface GivenMasks {
  /** Labels of the frame's size; 0 is background, 255 (void) says nothing. */
  readonly masks: Mask;
  /**
   * Labels that `masks` defines from this frame on; default: those that occur in it. A label that is listed and does not
   * occur is an object that cannot be seen here. Other known objects are carried on, behind the given ones.
   */
  readonly labels?: readonly number[];
}

/** One segmented frame. */
export interface SegmentedFrame {
  /** Place of the frame among those of this video, from 0. */
  readonly index: number;
  /** The label of the most probable object at each pixel, 0 for background. */
  readonly mask: Mask;
  /** [H, W, K + 1]: probabilities of the background and of the K objects known so far, in the order of `labels`. */
  readonly probabilities: HostTensor;
  /** Labels of all objects known so far, ascending. */
  readonly labels: readonly number[];
}

/** Objects on their way through one video. */
export interface VideoSegmentation {
  /**
   * Segments the next frame. Frames before the first given masks are background. Objects may be given, and corrected, at
   * any frame.
   * @throws ShapeError if a frame's or mask's size is not that of the video's first frame; ConfigError for `labels`
   * that are no labels (integers 1 to 254) or leave out a label of `masks`.
   */
  step(frame: Frame, given?: GivenMasks): Promise<SegmentedFrame>;
  /**
   * Replaces what was found in the last frame, before the next one is segmented from it: [H, W, K + 1], the background's
   * and the known objects' probabilities in the order of labels. Segmenters without it cannot be told.
   * @throws ShapeError for another shape, or if nothing was segmented yet.
   */
  amend?(probabilities: HostTensor): void;
  /** Forgets everything, for another video; what is compiled is kept. */
  reset(): void;
}

/** Carries masks through videos: one video segmentation network with weights. */
export interface VideoSegmenter {
  /** Name of the network and how it is used, for reports. */
  readonly id: string;
  /** Starts a video; several can be under way, they share compiled functions. */
  start(): VideoSegmentation;
  /** Frees native memory. Nothing can be segmented afterwards. */
  dispose(): Promise<void>;
}
