import type * as tf from '@vosvfi/runtime/tf';

/**
 * Carries object masks from one frame to another, differentiably in the frame that is segmented. Any segmentation
 * network that offers these three functions can supervise an interpolation network.
 */
export interface DifferentiableSegmenter<Query, Memory> {
  /** Encodes B frames [B, H, W, 3] RGB 0..1 (not clamped) that are to be segmented; differentiable. */
  encodeQuery(frame: tf.Tensor4D): Query;
  /** Remembers frames [B, H, W, 3] RGB 0..1 with masks [B, H, W, 1] in 0..1. Takes no gradient. */
  memorize(frame: tf.Tensor4D, mask: tf.Tensor4D): Memory;
  /**
   * Probability [M B, H, W, 1] in 0..1 that a pixel of the query shows the object (background and object compete, so
   * above 0.5 means object). `memory` holds M B samples; sample m B + b is read by query b.
   */
  segment(memory: Memory, query: Query): tf.Tensor4D;
}

/** Segments single frames into classes, differentiably: knows no other frame and no mask (semantic segmentation). */
export interface FrameSegmenter {
  /** Log-odds [B, H, W, C] of C classes for B frames [B, H, W, 3] RGB 0..1 (not clamped). */
  segmentFrame(frame: tf.Tensor4D): tf.Tensor4D;
}
