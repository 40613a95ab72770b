import type { TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { convolve, convolveNormalized } from '../layers/convolution.js';

/**
 * Atrous spatial pyramid pooling (Chen et al., "Rethinking atrous convolution for semantic image segmentation",
 * arXiv 1706.05587, section 3.3): parallel convolutions that look at different distances, and the mean of the picture.
 *
 * @param x Features [B, h, w, C] of the backbone.
 * @param rates Dilations of the 3x3 convolutions.
 * @returns [B, h, w, head], at least 0.
 */
export function pyramidPooling(weights: TensorWeights, rates: readonly number[], x: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width] = x.shape;
  const key = 'classifier.0';
  const layer = (name: string, [first, second]: readonly [number, number], input: tf.Tensor, dilation = 1) =>
    tf.relu(convolveNormalized(weights, [`${key}.${name}.${first}`, `${key}.${name}.${second}`], input, { dilation }));
  const near = layer('convs.0', [0, 1], x);
  const far = rates.map((rate, index) => layer(`convs.${index + 1}`, [0, 1], x, rate));
  const mean = layer(`convs.${rates.length + 1}`, [1, 2], tf.mean(x, [1, 2], true));
  const everywhere = tf.broadcastTo(mean, [batch, height, width, mean.shape[3]!]);
  return layer('project', [0, 1], tf.concat([near, ...far, everywhere], 3)) as tf.Tensor4D;
}

/** Log-odds [B, h, w, classes] of pooled features. */
export function classify(weights: TensorWeights, pooled: tf.Tensor4D): tf.Tensor4D {
  const hidden = tf.relu(convolveNormalized(weights, ['classifier.1', 'classifier.2'], pooled));
  return convolve(weights, 'classifier.4', hidden);
}
