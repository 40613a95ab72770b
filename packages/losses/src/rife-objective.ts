import { ShapeError } from '@vosvfi/core';
import { stopGradient } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';
import { laplacianLoss } from './laplacian.js';
import type { ObjectiveValue } from './objective.js';

/** What the objective looks at. Lists have one entry for each stage, all at full size. */
export interface TaughtFlowPrediction {
  /** [B, H, W, 3] in 0..1. */
  readonly frame: tf.Tensor;
  /** [B, H, W, 4] in pixels: flows to frame 0 (x, y) and to frame 1 (x, y). */
  readonly flows: readonly tf.Tensor[];
  /** [B, H, W, 3]: what blending by each of the flows gives. */
  readonly merged: readonly tf.Tensor[];
  /** [B, H, W, 4]: the teacher's flows. */
  readonly flowTeacher: tf.Tensor;
  /** [B, H, W, 3]: what blending by the teacher's flows gives. */
  readonly mergedTeacher: tf.Tensor;
}

/** Weights of the terms; the defaults are the official ones. */
export interface RifeObjectiveOptions {
  /** Default 0.01, for RIFE; the authors train RIFE_m with 0.005 or 0.002. */
  readonly distillationWeight?: number;
}

/** By how much the teacher's frame must be nearer to the true one for its flow to be followed. */
const margin = 0.01;

/**
 * Privileged distillation of RIFE (Huang et al. 2022, eq. 7, as in the official code): every stage's flow follows the
 * teacher's where the teacher's frame is nearer to the true one, by more than 0.01. Neither the teacher nor the choice of
 * places takes a gradient.
 *
 * @param frameT [B, H, W, 3] in 0..1.
 * @returns The sum over stages of the mean of the flows' root mean square difference; not yet weighted. Where a flow equals
 * the teacher's, its gradient is 0 (and not NaN, as in the official code).
 * @throws ShapeError unless there is one blended frame for each flow.
 */
export function privilegedDistillationLoss(
  prediction: Omit<TaughtFlowPrediction, 'frame'>,
  frameT: tf.Tensor,
): tf.Scalar {
  const { flows, merged, flowTeacher, mergedTeacher } = prediction;
  if (flows.length === 0 || flows.length !== merged.length) {
    throw new ShapeError(
      'privilegedDistillationLoss merged',
      `${Math.max(1, flows.length)} stages`,
      `${merged.length}`,
    );
  }
  const teacher = stopGradient(flowTeacher);
  const limit = tf.add(distance(mergedTeacher, frameT), margin);
  const stages = flows.map((flow, stage): tf.Scalar => {
    const isWorse = tf.cast(tf.greater(distance(merged[stage]!, frameT), limit), 'float32');
    return tf.mean(tf.mul(rootMeanSquare(tf.sub(teacher, flow)), isWorse));
  });
  return tf.addN(stages);
}

/** Mean absolute difference of the channels, [B, H, W, 1], as a constant. */
function distance(frame: tf.Tensor, frameT: tf.Tensor): tf.Tensor {
  return tf.mean(tf.abs(tf.sub(stopGradient(frame), frameT)), 3, true);
}

/** Over channels, [B, H, W, 1]; its gradient at 0 is 0. */
function rootMeanSquare(x: tf.Tensor): tf.Tensor {
  const square = tf.mean(tf.square(x), 3, true);
  const isPositive = tf.greater(square, 0);
  return tf.mul(tf.sqrt(tf.where(isPositive, square, tf.onesLike(square))), tf.cast(isPositive, 'float32'));
}

/**
 * RIFE's objective: Laplacian L1 of the frame and of the teacher's, and {@link privilegedDistillationLoss}.
 *
 * @param frameT [B, H, W, 3] in 0..1, H and W multiples of 32, at least 64.
 * @returns `total` and the terms `reconstruction`, `teacher` and `distillation`.
 * @throws ShapeError if shapes differ or do not fit the pyramid.
 */
export function rifeObjective(
  prediction: TaughtFlowPrediction,
  frameT: tf.Tensor,
  options: RifeObjectiveOptions = {},
): ObjectiveValue {
  const { distillationWeight = 0.01 } = options;
  const terms = {
    reconstruction: laplacianLoss(prediction.frame, frameT),
    teacher: laplacianLoss(prediction.mergedTeacher, frameT),
    distillation: tf.mul(privilegedDistillationLoss(prediction, frameT), distillationWeight) as tf.Scalar,
  };
  return { total: tf.addN(Object.values(terms)), terms };
}
