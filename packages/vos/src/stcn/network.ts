import type { Network, TensorWeights } from '@vosvfi/runtime';
import type * as tf from '@vosvfi/runtime/tf';
import { parseStcnConfig, type StcnConfig, type StcnPreset, stcnPresets } from './config.js';
import { decode } from './decoder.js';
import { encodeKey, encodeValue, type StcnKey } from './encoders.js';
import { stcnParameters } from './parameters.js';
import { createStcnSegmenter } from './segmenter.js';

/** Two frames and the objects of the first. */
export interface StcnInputs {
  /** [B, H, W, 3] RGB 0..1. */
  readonly frame0: tf.Tensor4D;
  /** [B, H, W, K] in 0..1, one channel for each object. */
  readonly mask0: tf.Tensor4D;
  /** [B, H, W, 3] RGB 0..1. */
  readonly frame1: tf.Tensor4D;
}

/** Where the objects are in the second frame. */
export interface StcnOutputs {
  /** [B, H, W, K] in 0..1. */
  readonly mask1: tf.Tensor4D;
}

/** STCN as a plain object: its parts, and as `forward` the propagation of masks from one frame to another. */
export interface StcnNetwork extends Network<StcnConfig, StcnInputs, StcnOutputs> {
  /** Encodes normalized frames [B, H, W, 3] whose sides are multiples of 16. */
  readonly encodeKey: (weights: TensorWeights, image: tf.Tensor4D) => StcnKey;
  /** Encodes normalized frames with masks [B, H, W, K]: [K B, H/16, W/16, valueChannels], object by object. */
  readonly encodeValue: (
    weights: TensorWeights,
    image: tf.Tensor4D,
    f16: tf.Tensor4D,
    masks: tf.Tensor4D,
  ) => tf.Tensor4D;
  /** Logits [n B, H, W, 1] for n readings [n B, H/16, W/16, valueChannels] of each of the B queries. */
  readonly decode: (
    weights: TensorWeights,
    reading: tf.Tensor4D,
    query: Pick<StcnKey, 'f16Thin' | 'f8' | 'f4'>,
  ) => tf.Tensor4D;
}

/**
 * STCN (Cheng, Tai, Tang, "Rethinking space-time networks with improved memory coverage for efficient video object
 * segmentation", NeurIPS 2021, arXiv 2106.05210): keys come from frames alone, values from frames with masks, and a
 * query frame reads values by the distance of keys.
 *
 * Frames are RGB 0..1 of any size at the border (normalized by ImageNet's statistics, then padded with zeros, centred,
 * to multiples of 16). Weights have the keys, order and layouts of the official state dict; batch normalization always
 * uses its stored statistics.
 *
 * @param model A preset, or widths and depths of your own.
 * @param id Name of a network of your own; ignored for a preset.
 * @throws ConfigError naming the field that is invalid.
 */
export function createStcn(model: StcnPreset | StcnConfig, id = 'stcn_custom'): StcnNetwork {
  const config = parseStcnConfig(typeof model === 'string' ? stcnPresets[model] : model);
  const network: StcnNetwork = {
    id: typeof model === 'string' ? model : id,
    config,
    parameters: stcnParameters(config),
    encodeKey: (weights, image) => encodeKey(config, weights, image),
    encodeValue: (weights, image, f16, masks) => encodeValue(config, weights, image, f16, masks),
    decode,
    forward: (weights, { frame0, mask0, frame1 }) => {
      const segmenter = createStcnSegmenter(network, weights);
      return { mask1: segmenter.segment(segmenter.memorize(frame0, mask0), segmenter.encodeQuery(frame1)) };
    },
  };
  return network;
}
