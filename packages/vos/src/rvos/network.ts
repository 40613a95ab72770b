import type { Network, ParameterSpec, TensorWeights } from '@vosvfi/runtime';
import type * as tf from '@vosvfi/runtime/tf';
import { normalizeFrame } from '../imagenet-frame.js';
import type { ActivationObserver } from '../layers/activation-observer.js';
import { parseRvosConfig, type RvosConfig, type RvosPreset, rvosPresets } from './config.js';
import { encode, type RvosFeatures } from './encoder.js';
import { rvosParameters, unusedParameters } from './parameters.js';
import { type RvosMemory, type RvosObjects, segmentObjects } from './segment-objects.js';

/** A frame and what is known of its objects. */
export interface RvosInputs extends RvosMemory {
  /** [B, H, W, 3] RGB 0..1. */
  readonly frame: tf.Tensor4D;
}

/** RVOS as a plain object: its parts, and as `forward` one frame of a video. */
export interface RvosNetwork extends Network<RvosConfig, RvosInputs, RvosObjects> {
  /** What official files hold beside `parameters`. */
  readonly optionalParameters: readonly ParameterSpec[];
  /** Features of normalized frames [B, H, W, 3]; `observe` sees every value before it goes into a ReLU. */
  readonly encode: (weights: TensorWeights, image: tf.Tensor4D, observe?: ActivationObserver) => RvosFeatures;
  /** Objects of encoded frames of `size`. */
  readonly segment: (
    weights: TensorWeights,
    features: RvosFeatures,
    size: readonly [height: number, width: number],
    memory: RvosMemory,
  ) => RvosObjects;
}

/**
 * RVOS (Ventura et al., "RVOS: end-to-end recurrent network for video object segmentation", CVPR 2019, arXiv 1903.05612):
 * a decoder that is recurrent over the objects of a frame and over frames gives one mask after another.
 *
 * Frames are RGB 0..1 of any size (normalized by ImageNet's statistics, not padded). Weights have the keys and layouts of the
 * official `encoder.pt` and `decoder.pt`, after "encoder." and "decoder."; batch normalization uses its stored statistics.
 *
 * @param model A preset, or widths and depths of your own.
 * @param id Name of a network of your own; ignored for a preset.
 * @throws ConfigError naming the field that is invalid.
 */
export function createRvos(model: RvosPreset | RvosConfig, id = 'rvos_custom'): RvosNetwork {
  const config = parseRvosConfig(typeof model === 'string' ? rvosPresets[model] : model);
  const network: RvosNetwork = {
    id: typeof model === 'string' ? model : id,
    config,
    parameters: rvosParameters(config),
    optionalParameters: unusedParameters(config),
    encode: (weights, image, observe) => encode(config, weights, image, observe),
    segment: (weights, features, size, memory) => segmentObjects(config, weights, features, size, memory),
    forward: (weights, { frame, ...memory }) => {
      const [, height, width] = frame.shape;
      return network.segment(weights, network.encode(weights, normalizeFrame(frame)), [height, width], memory);
    },
  };
  return network;
}
