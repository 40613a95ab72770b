import type { Network } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import type { PairInputs, PairOutputs } from './pair-metric.js';
import { type LpipsBackbone, perceptualMaps, perceptualParameters } from './perceptual-maps.js';
import { spatialMean } from './spatial-sum.js';

/** Configuration of {@link createLpips}. */
export interface LpipsConfig {
  readonly backbone: LpipsBackbone;
}

/**
 * LPIPS version 0.1, the learned perceptual distance: range 0 (equal) upwards, in practice below 1; lower is better.
 * Frames are RGB 0..1 (what the official code calls `normalize=True`). Most interpolation papers use `alex`.
 *
 * Weights are two official files together: the backbone's convolutions as torchvision names them (`features.0.weight`)
 * and the authors' heads (`lin0.model.1.weight`). `layers` [B, L] are the parts that `score` [B] sums up.
 *
 * Source: Zhang et al., "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric", CVPR 2018.
 */
export function createLpips(config: LpipsConfig = { backbone: 'alex' }): Network<LpipsConfig, PairInputs, PairOutputs> {
  const { backbone } = config;
  return {
    id: `lpips_${backbone}`,
    config,
    parameters: perceptualParameters(backbone),
    forward: (weights, { reference, distorted }) => {
      const maps = perceptualMaps(backbone, weights, reference, distorted);
      const layers = tf.concat(
        maps.map((map) => tf.squeeze(spatialMean(map), [1, 2])),
        1,
      );
      return { score: tf.sum(layers, 1), layers };
    },
  };
}
