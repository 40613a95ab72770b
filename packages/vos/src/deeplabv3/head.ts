import type { TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import type { ActivationObserver } from '../layers/activation-observer.js';
import { convolve, convolveNormalized } from '../layers/convolution.js';

/** What the head's layers share. */
export interface HeadScope {
  readonly weights: TensorWeights;
  readonly observe: ActivationObserver | undefined;
}

function layer(scope: HeadScope, keys: readonly [string, string], x: tf.Tensor, dilation = 1): tf.Tensor4D {
  const value = convolveNormalized(scope.weights, keys, x, { dilation });
  scope.observe?.(keys[1], value);
  return tf.relu(value);
}

/**
 * Atrous spatial pyramid pooling (Chen et al., "Rethinking atrous convolution for semantic image segmentation",
 * arXiv 1706.05587, section 3.3): parallel convolutions that look at different distances, and the mean of the picture.
 *
 * @param x Features [B, h, w, C] of the backbone.
 * @param rates Dilations of the 3x3 convolutions.
 * @returns [B, h, w, head], at least 0.
 */
export function pyramidPooling(scope: HeadScope, rates: readonly number[], x: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width] = x.shape;
  const key = 'classifier.0';
  const near = layer(scope, [`${key}.convs.0.0`, `${key}.convs.0.1`], x);
  const far = rates.map((rate, index) => {
    const branch = `${key}.convs.${index + 1}`;
    return layer(scope, [`${branch}.0`, `${branch}.1`], x, rate);
  });
  const pooling = `${key}.convs.${rates.length + 1}`;
  const mean = layer(scope, [`${pooling}.1`, `${pooling}.2`], tf.mean(x, [1, 2], true));
  const everywhere = tf.broadcastTo(mean, [batch, height, width, mean.shape[3]]);
  return layer(scope, [`${key}.project.0`, `${key}.project.1`], tf.concat([near, ...far, everywhere], 3));
}

/** Log-odds [B, h, w, classes] of pooled features. */
export function classify(scope: HeadScope, pooled: tf.Tensor4D): tf.Tensor4D {
  return convolve(scope.weights, 'classifier.4', layer(scope, ['classifier.1', 'classifier.2'], pooled));
}
