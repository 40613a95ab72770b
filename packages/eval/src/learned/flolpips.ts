import { ShapeError } from '@vosvfi/core';
import { resizeBilinear } from '@vosvfi/ops';
import type { Network } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import type { PairInputs, PairOutputs } from './pair-metric.js';
import { perceptualMaps, perceptualParameters } from './perceptual-maps.js';
import { spatialSum } from './spatial-sum.js';

/** Inputs of {@link createFlolpips}. */
export interface FlolpipsInputs extends PairInputs {
  /** [B, H, W, 2] flow in pixels, x then y, from the reference to its neighbouring frame. */
  readonly referenceFlow: tf.Tensor;
  /** [B, H, W, 2] flow of the distorted frame to its neighbour. */
  readonly distortedFlow: tf.Tensor;
}

/**
 * FloLPIPS: LPIPS (alex) whose places count as much as the two motions differ there. Range 0 upwards; lower is better.
 * The official flows are PWC-Net's; any others can be given, but the numbers are then not comparable with published ones.
 *
 * For a video, flows go from frame t to t + 1 in the reference and in the distorted video, and the scores of all frames
 * but the last are averaged; for a triplet, from the middle frame to either neighbour, and the two scores are averaged.
 * Where the two flows are equal wherever a layer looks, the official code divides 0 by 0; then that layer counts as in LPIPS.
 *
 * Source: Danier et al., "FloLPIPS: A Bespoke Video Quality Metric for Frame Interpolation", PCS 2022.
 */
export function createFlolpips(): Network<Record<string, never>, FlolpipsInputs, PairOutputs> {
  return {
    id: 'flolpips',
    config: {},
    parameters: perceptualParameters('alex'),
    forward: (weights, { reference, distorted, referenceFlow, distortedFlow }) => {
      const difference = tf.sub(referenceFlow, distortedFlow);
      if (difference.shape.join() !== [...reference.shape.slice(0, 3), 2].join()) {
        throw new ShapeError('flows', `[B, H, W, 2] of the frames [${reference.shape}]`, difference.shape);
      }
      const layers = perceptualMaps('alex', weights, reference, distorted).map((map) => {
        const flow = resizeBilinear(difference, [map.shape[1], map.shape[2]]);
        const magnitude = tf.sqrt(tf.sum(tf.square(flow), 3, true));
        const sum = spatialSum(magnitude);
        const isStill = tf.cast(tf.equal(sum, 0), 'float32');
        const share = tf.div(tf.add(magnitude, isStill), tf.add(sum, tf.mul(isStill, map.shape[1] * map.shape[2])));
        return tf.squeeze(spatialSum(tf.mul(map, share)), [1, 2]);
      });
      const parts = tf.concat(layers, 1);
      return { score: tf.sum(parts, 1), layers: parts };
    },
  };
}
