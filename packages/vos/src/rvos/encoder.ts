import type { TensorWeights } from '@vosvfi/runtime';
import type * as tf from '@vosvfi/runtime/tf';
import type { ActivationObserver } from '../layers/activation-observer.js';
import { convolveNormalized } from '../layers/convolution.js';
import { residualFeatures } from '../layers/residual-network.js';
import type { RvosConfig } from './config.js';
import { baseOf, skipLevels } from './parameters.js';

/** What the decoder sees of a frame: features at 1/32, 1/16, 1/8 and 1/4. */
export type RvosFeatures = readonly [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];

/**
 * Encodes normalized frames [B, H, W, 3].
 * @param observe sees every value before it goes into a ReLU.
 */
export function encode(
  config: RvosConfig,
  weights: TensorWeights,
  image: tf.Tensor4D,
  observe?: ActivationObserver,
): RvosFeatures {
  const stages = residualFeatures(weights, baseOf(config), image, observe);
  const [at32, at16, at8, at4] = skipLevels.map((level) =>
    convolveNormalized(weights, [`encoder.sk${level}`, `encoder.bn${level}`], stages[level - 2]!),
  ) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
  return [at32, at16, at8, at4];
}
