import type { AdacofMaps } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';
import { charbonnierLoss } from './charbonnier.js';
import type { ObjectiveValue } from './objective.js';

/** What the objective looks at. */
export interface CollaborationPrediction {
  /** [B, H, W, 3] in 0..1. */
  readonly frame: tf.Tensor;
  /** Weights and offsets of each neighbour's samples, [B, H, W, F * F] each. */
  readonly maps: readonly AdacofMaps[];
  /** [B, H, W, 1]: share of the first neighbour. */
  readonly occlusion: tf.Tensor;
}

/** A further term that compares two frames [B, H, W, 3] in 0..1. */
export interface PerceptualTerm {
  readonly weight: number;
  readonly loss: (frame: tf.Tensor, frameT: tf.Tensor) => tf.Scalar;
}

/** Weights of the terms; the defaults are those of AdaCoF's official code. */
export interface AdacofObjectiveOptions {
  /** Of the smoothness of offsets. Default 0.01. */
  readonly spatialWeight?: number;
  /** Of the smoothness of the occlusion map. Default 0.005; CDFI has 0. */
  readonly occlusionWeight?: number;
  /** Default: none. */
  readonly perceptual?: PerceptualTerm;
}

/**
 * Objective of AdaCoF and, with other weights, of CDFI: Charbonnier penalty of the frame, smoothness of mean offsets and of
 * the occlusion map, and any perceptual distance.
 *
 * @param frameT [B, H, W, 3] in 0..1.
 * @returns `total` and the terms `reconstruction`, `spatial`, `occlusion` and `perceptual`, those of weight 0 left out.
 *
 * Source: Lee et al., CVPR 2020, eq. 7 to 9, and `loss.py` of the official code; Ding et al., CVPR 2021, sec. 3.3.
 */
export function adacofObjective(
  prediction: CollaborationPrediction,
  frameT: tf.Tensor,
  { spatialWeight = 0.01, occlusionWeight = 0.005, perceptual }: AdacofObjectiveOptions = {},
): ObjectiveValue {
  const { frame, maps, occlusion } = prediction;
  const terms: Record<string, tf.Scalar> = { reconstruction: charbonnierLoss(tf.sub(frame, frameT)) };
  if (spatialWeight !== 0) terms.spatial = tf.mul(offsetVariation(maps), spatialWeight);
  if (occlusionWeight !== 0) terms.occlusion = tf.mul(totalVariation(occlusion), occlusionWeight);
  if (perceptual !== undefined) terms.perceptual = tf.mul(perceptual.loss(frame, frameT), perceptual.weight);
  return { total: Object.values(terms).reduce((sum, term) => tf.add(sum, term)), terms };
}

/**
 * Smoothness of offsets: the total variation of the mean, over the taps, of weighted offsets, added up over both directions
 * and all neighbours. A mean, as in the official code; the paper has the sum.
 */
function offsetVariation(maps: readonly AdacofMaps[]): tf.Scalar {
  return maps
    .flatMap(({ weights, offsetsY, offsetsX }) => [offsetsY, offsetsX].map((offsets) => tf.mul(weights, offsets)))
    .map((weighted) => totalVariation(tf.mean(weighted, 3, true)))
    .reduce((sum, variation) => tf.add(sum, variation));
}

/**
 * Charbonnier penalties of the differences between neighbours across and down, each a mean over the picture, added up.
 *
 * @param x [B, H, W, C] float32, H and W more than 1.
 * @returns A scalar, at least 0.002: the penalty of equal values is not 0.
 */
export function totalVariation(x: tf.Tensor): tf.Scalar {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const part = (y: number, x0: number, rows: number, columns: number): tf.Tensor =>
    tf.slice(x, [0, y, x0, 0], [batch, rows, columns, channels]);
  const across = tf.sub(part(0, 0, height, width - 1), part(0, 1, height, width - 1));
  const down = tf.sub(part(0, 0, height - 1, width), part(1, 0, height - 1, width));
  return tf.add(charbonnierLoss(across), charbonnierLoss(down));
}
