import { conv2d, relu } from '@vosvfi/ops';
import { type TensorWeights, weightOf } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { hasShortcut, type MastBlock, type MastConfig, mastBlocks } from './config.js';
import { type ApplyNormalized, type NormalizedObserver, withStoredStatistics } from './normalization.js';

/** How the encoder computes its normalizations, and who watches. */
export interface EncoderOptions {
  /** Default: with the stored statistics. */
  readonly apply?: ApplyNormalized;
  /** Hears the values before each activation, under the key of the normalization that was added last. */
  readonly observe?: NormalizedObserver;
}

/**
 * MAST's residual network of 18 layers with no pooling (official code: `ResNet18`).
 * @param lab [B, H, W, 3] normalized L, a, b.
 * @returns [B, ceil(ceil(H / 2) / 2), likewise for W, widths[3]], at least 0.
 */
export function encodeBackbone(
  config: MastConfig,
  weights: TensorWeights,
  lab: tf.Tensor4D,
  { apply = withStoredStatistics, observe = () => {} }: EncoderOptions = {},
): tf.Tensor4D {
  const layer = (key: string, index: number, x: tf.Tensor4D, stride = 1): tf.Tensor4D =>
    apply(weights, { convolution: `${key}.${index}`, normalization: `${key}.${index + 1}`, stride }, x);
  const activate = (key: string, x: tf.Tensor4D): tf.Tensor4D => {
    observe(key, x);
    return relu(x) as tf.Tensor4D;
  };
  const block = (x: tf.Tensor4D, shape: MastBlock): tf.Tensor4D => {
    const { key, stride } = shape;
    const inner = activate(`${key}.left.1`, layer(`${key}.left`, 0, x, stride));
    const branch = layer(`${key}.left`, 3, inner);
    const shortcut = hasShortcut(shape) ? layer(`${key}.shortcut`, 0, x, stride) : x;
    return activate(`${key}.left.4`, tf.add(branch, shortcut));
  };
  const stem = 'feature_extraction.conv1';
  return mastBlocks(config).reduce(block, activate(`${stem}.1`, layer(stem, 0, lab, 2)));
}

/** What frames are compared by: the backbone's features after the last convolution, [B, h, w, featureChannels]. */
export function compareBy(weights: TensorWeights, features: tf.Tensor4D): tf.Tensor4D {
  const weight = weightOf(weights, 'post_convolution.weight');
  return conv2d(features, weight, weightOf(weights, 'post_convolution.bias'), { padding: 1 });
}
