import { ConfigError, ShapeError } from '@vosvfi/core';
import { stopGradient } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';
import type { ObjectiveValue } from './objective.js';
import type { FrameSegmenter } from './vos-segmenter.js';

/** What the term looks at. */
export interface FrameSegmentationInputs {
  /** [B, H, W, 3] RGB 0..1: the frame that the interpolation network made. */
  readonly frame: tf.Tensor;
  /** [B, H, W, 3]: the true frame. */
  readonly frameT: tf.Tensor;
}

/** Weight and reading of the term. */
export interface FrameSegmentationOptions {
  /** Weight. Default 0.1, that of the VOS-aware segmentation terms. */
  readonly weight?: number;
  /**
   * What the true frame's segmentation is as a target, which the paper leaves open: `soft` (default) its probabilities,
   * `hard` its most probable class.
   */
  readonly target?: 'soft' | 'hard';
}

/**
 * Frame-by-frame segmentation (Yoo et al., ICCV 2023, Fig. 5), which the VOS-aware terms are compared with: the mean over
 * pixels and samples of the cross-entropy between the segmentation of the made frame and that of the true frame, the
 * latter a constant. Nothing carries an object from frame to frame here, and no masks are needed.
 *
 * @returns `total`, which is the weighted term `frameSegmentation`.
 * @throws ShapeError if the frames do not fit; ConfigError for a negative or not finite weight.
 */
export function frameSegmentationObjective(
  segmenter: FrameSegmenter,
  { frame, frameT }: FrameSegmentationInputs,
  { weight = 0.1, target = 'soft' }: FrameSegmentationOptions = {},
): ObjectiveValue {
  if (!(weight >= 0 && Number.isFinite(weight))) {
    throw new ConfigError('frameSegmentationObjective weight', `expected a number of at least 0, found ${weight}.`);
  }
  if (frame.rank !== 4 || frame.shape[3] !== 3) {
    throw new ShapeError('frameSegmentationObjective frame', '[B, H, W, 3]', frame.shape);
  }
  if (frameT.shape.join() !== frame.shape.join()) {
    const expected = `[${frame.shape.join(', ')}] as the made frame`;
    throw new ShapeError('frameSegmentationObjective frameT', expected, frameT.shape);
  }
  const truth = stopGradient(segmenter.segmentFrame(stopGradient(frameT) as tf.Tensor4D));
  const made = tf.logSoftmax(segmenter.segmentFrame(frame as tf.Tensor4D), 3);
  const classes = target === 'soft' ? tf.softmax(truth, 3) : mostProbable(truth);
  const crossEntropy = tf.neg(tf.mean(tf.sum(tf.mul(classes, made), 3)));
  const total = tf.mul(crossEntropy, weight) as tf.Scalar;
  return { total, terms: { frameSegmentation: total } };
}

/** One-hot [B, H, W, C]; the first of equal classes. */
function mostProbable(logits: tf.Tensor): tf.Tensor {
  return tf.cast(tf.oneHot(tf.cast(tf.argMax(logits, 3), 'int32'), logits.shape[3]!), 'float32');
}
