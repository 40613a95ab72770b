import { conv2d, resizeBilinear } from '@vosvfi/ops';
import { type ParameterSpec, type TensorWeights, weightOf } from '@vosvfi/runtime';
import type * as tf from '@vosvfi/runtime/tf';
import { estimatorPrefix } from '../adacof/keys.js';
import type { MakeConvolution } from '../convolution-parameters.js';
import { type CdfiConfig, channelsOf } from './config.js';

function featureKey(level: number): string {
  return `${estimatorPrefix}.module1by1_${level + 1}`;
}

/** Parameters of the convolutions that choose what of each level of the encoder is sampled. */
export function featureParameters(make: MakeConvolution, config: CdfiConfig): ParameterSpec[] {
  const { encoder } = channelsOf(config);
  return config.features.flatMap((outputs, level) => make(featureKey(level), [outputs, encoder[level]![2], 1, 1]));
}

/**
 * What is sampled beside the colours: a mixture of each level's channels. Convolutions of one sample have a margin of one here
 * as in the official code, so that every feature has a border that is the bias alone.
 *
 * @param encoded The encoder's levels, finest first.
 * @returns [B, h + 2, w + 2, features] of each level.
 */
export function mixFeatures(weights: TensorWeights, encoded: readonly tf.Tensor4D[]): tf.Tensor4D[] {
  return encoded.map((level, index) => {
    const key = featureKey(index);
    return conv2d(level, weightOf(weights, `${key}.weight`), weightOf(weights, `${key}.bias`), { padding: 1 });
  });
}

/** Features of all levels at one size. */
export function resizeFeatures(features: readonly tf.Tensor4D[], size: readonly [number, number]): tf.Tensor4D[] {
  return features.map((level) => resizeBilinear(level, size));
}
