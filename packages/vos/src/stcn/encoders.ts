import type { TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { convolve } from '../layers/convolution.js';
import { residualFeatures } from '../layers/residual-network.js';
import { repeatBatch } from '../repeat-batch.js';
import { splitChannels } from '../split-channels.js';
import { blockAttention } from './attention.js';
import type { StcnConfig } from './config.js';
import { preActivationBlock } from './convolution.js';
import { keyStages, valueStages } from './parameters.js';

/** What the network sees in a frame alone. */
export interface StcnKey {
  /** [B, H/16, W/16, keyChannels]: what is compared. */
  readonly k16: tf.Tensor4D;
  /** [B, H/16, W/16, valueChannels]: the frame's own part of the decoder's input. */
  readonly f16Thin: tf.Tensor4D;
  /** Features at 1/16. */
  readonly f16: tf.Tensor4D;
  /** Features at 1/8. */
  readonly f8: tf.Tensor4D;
  /** Features at 1/4. */
  readonly f4: tf.Tensor4D;
}

/**
 * Encodes frames.
 * @param image [B, H, W, 3], normalized (see `normalizeAndPad`), H and W multiples of 16.
 */
export function encodeKey(config: StcnConfig, weights: TensorWeights, image: tf.Tensor4D): StcnKey {
  const { block, depths } = config.keyEncoder;
  const shape = { key: 'key_encoder', stages: keyStages, depths, block };
  const [f4, f8, f16] = residualFeatures(weights, shape, image) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
  return {
    k16: convolve(weights, 'key_proj.key_proj', f16),
    f16Thin: convolve(weights, 'key_comp', f16),
    f16,
    f8,
    f4,
  };
}

/**
 * Encodes frames with the masks of their objects.
 *
 * @param image [B, H, W, 3], normalized.
 * @param f16 The key encoder's features of `image` at 1/16.
 * @param masks [B, H, W, K] in 0..1, one channel for each object.
 * @returns [K B, H/16, W/16, valueChannels], object by object.
 */
export function encodeValue(
  config: StcnConfig,
  weights: TensorWeights,
  image: tf.Tensor4D,
  f16: tf.Tensor4D,
  masks: tf.Tensor4D,
): tf.Tensor4D {
  const objects = masks.shape[3];
  const input = tf.concat([repeatBatch(image, objects), masksAndOthers(masks)], 3);
  const { depths } = config.valueEncoder;
  const shape = { key: 'value_encoder', stages: valueStages, depths, block: 'basic' as const };
  const features = residualFeatures(weights, shape, input)[2]!;
  const key = 'value_encoder.fuser';
  const x = preActivationBlock(weights, `${key}.block1`, tf.concat([features, repeatBatch(f16, objects)], 3));
  return preActivationBlock(weights, `${key}.block2`, tf.add(x, blockAttention(weights, `${key}.attention`, x)));
}

/** Masks [B, H, W, K] to [K B, H, W, 2]: an object's mask and the sum of the others'. */
function masksAndOthers(masks: tf.Tensor4D): tf.Tensor4D {
  const objects = splitChannels(masks);
  const pairs = objects.map((mask, index) => {
    const others = objects.filter((_, other) => other !== index);
    const sum = others.length === 0 ? tf.zerosLike(mask) : others.reduce((total, other) => tf.add(total, other));
    return tf.concat([mask, sum], 3);
  });
  return tf.concat(pairs, 0) as tf.Tensor4D;
}
