import { ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { censusLoss } from './census.js';
import { charbonnierLoss } from './charbonnier.js';
import { flowDistillationLoss } from './flow-distillation.js';
import { geometryLoss } from './geometry.js';
import type { ObjectiveValue } from './objective.js';

/** What the objective looks at. Lists are finest first. */
export interface FlowFramePrediction {
  /** [B, H, W, 3] in 0..1. */
  readonly frame: tf.Tensor;
  /** Flows to frame 0: [B, H, W, 2], then 1/2, 1/4 and 1/8 of the size, in pixels of their level. */
  readonly flowsT0: readonly tf.Tensor[];
  /** Flows to frame 1, likewise. */
  readonly flowsT1: readonly tf.Tensor[];
  /** Intermediate features of the new frame at 1/2, 1/4 and 1/8. */
  readonly features: readonly tf.Tensor[];
  /** The encoder's features of the true frame, starting with the same levels; more levels are ignored. */
  readonly targetFeatures: readonly tf.Tensor[];
}

/** What is known about the frame in between. */
export interface FlowFrameTarget {
  /** [B, H, W, 3] in 0..1. */
  readonly frameT: tf.Tensor;
  /** [B, H, W, 4], a teacher's flows t->0 and t->1 in pixels; without it there is no distillation term. */
  readonly flow?: tf.Tensor;
}

/** Weights of the terms; the defaults are the paper's. */
export interface IfrnetObjectiveOptions {
  /** Default 0.01. */
  readonly geometryWeight?: number;
  /** Default 0.01. */
  readonly distillationWeight?: number;
}

/**
 * IFRNet's objective (Kong et al. 2022, eq. 9): reconstruction (Charbonnier + census), geometry of the intermediate
 * features, and flow distillation where a teacher's flow is given.
 *
 * @returns `total` and the terms `reconstruction`, `geometry` and, with a flow, `distillation`.
 * @throws ShapeError if a level has no counterpart or shapes differ.
 */
export function ifrnetObjective(
  prediction: FlowFramePrediction,
  target: FlowFrameTarget,
  options: IfrnetObjectiveOptions = {},
): ObjectiveValue {
  const { geometryWeight = 0.01, distillationWeight = 0.01 } = options;
  const difference = tf.sub(prediction.frame, target.frameT);
  const terms: Record<string, tf.Scalar> = {
    reconstruction: tf.add(charbonnierLoss(difference), censusLoss(prediction.frame, target.frameT)),
    geometry: tf.mul(geometryOfLevels(prediction), geometryWeight),
  };
  if (target.flow !== undefined) {
    const distillation = flowDistillationLoss(prediction.flowsT0, prediction.flowsT1, target.flow);
    terms.distillation = tf.mul(distillation, distillationWeight);
  }
  return { total: Object.values(terms).reduce((sum, term) => tf.add(sum, term)), terms };
}

function geometryOfLevels({ features, targetFeatures }: FlowFramePrediction): tf.Scalar {
  if (features.length === 0 || targetFeatures.length < features.length) {
    throw new ShapeError('ifrnetObjective targetFeatures', `${features.length} levels`, `${targetFeatures.length}`);
  }
  return features
    .map((feature, level) => geometryLoss(feature, targetFeatures[level]!))
    .reduce((sum, term) => tf.add(sum, term));
}
