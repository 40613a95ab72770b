import { resizeBilinear } from '@vosvfi/ops';
import type { Network, ParameterSpec, TensorWeights } from '@vosvfi/runtime';
import type * as tf from '@vosvfi/runtime/tf';
import { normalizeFrame } from '../imagenet-frame.js';
import type { ActivationObserver } from '../layers/activation-observer.js';
import { residualFeatures } from '../layers/residual-network.js';
import { type Deeplabv3Config, type Deeplabv3Preset, deeplabv3Presets, parseDeeplabv3Config } from './config.js';
import { classify, pyramidPooling } from './head.js';
import { auxiliaryParameters, backboneOf, deeplabv3Parameters } from './parameters.js';

/** Frames. */
export interface Deeplabv3Inputs {
  /** [B, H, W, 3] RGB 0..1. */
  readonly frame: tf.Tensor4D;
}

/** Classes of the frames' pixels. */
export interface Deeplabv3Outputs {
  /** [B, H, W, classes]: log-odds. */
  readonly logits: tf.Tensor4D;
}

/** Everything between a normalized frame and its classes. */
export interface Deeplabv3Stages {
  /** Features of the backbone's four stages, at 1/4, 1/8, 1/8 and 1/8 of the frame. */
  readonly features: readonly tf.Tensor4D[];
  /** [B, H/8, W/8, head]. */
  readonly pooled: tf.Tensor4D;
  /** [B, H/8, W/8, classes]. */
  readonly coarse: tf.Tensor4D;
  /** [B, H, W, classes]. */
  readonly logits: tf.Tensor4D;
}

/** DeepLabV3 as a plain object. */
export interface Deeplabv3Network extends Network<Deeplabv3Config, Deeplabv3Inputs, Deeplabv3Outputs> {
  /** What official files hold beside `parameters`: the auxiliary classifier of training. */
  readonly optionalParameters: readonly ParameterSpec[];
  /**
   * Segments frames [B, H, W, 3] that are normalized (see `normalizeFrame`). `observe` sees every value before it goes into
   * a ReLU, to analyse a network.
   */
  readonly segment: (weights: TensorWeights, image: tf.Tensor4D, observe?: ActivationObserver) => Deeplabv3Stages;
}

/**
 * DeepLabV3 (Chen et al., "Rethinking atrous convolution for semantic image segmentation", arXiv 1706.05587) as torchvision
 * has it: classes of the pixels of single frames, no objects and no memory.
 *
 * Frames are RGB 0..1 of any size (normalized by ImageNet's statistics, not padded). Weights have the keys, order and
 * layouts of torchvision's state dict; batch normalization uses its stored statistics, and there is no dropout.
 * Channel 0 of the presets is the background, the others are {@link vocClasses}.
 *
 * @param model A preset, or widths and depths of your own.
 * @param id Name of a network of your own; ignored for a preset.
 * @throws ConfigError naming the field that is invalid.
 */
export function createDeeplabv3(model: Deeplabv3Preset | Deeplabv3Config, id = 'deeplabv3_custom'): Deeplabv3Network {
  const config = parseDeeplabv3Config(typeof model === 'string' ? deeplabv3Presets[model] : model);
  const segment: Deeplabv3Network['segment'] = (weights, image, observe) => {
    const features = residualFeatures(weights, backboneOf(config), image, observe);
    const pooled = pyramidPooling({ weights, observe }, config.rates, features[3]!);
    const coarse = classify({ weights, observe }, pooled);
    return { features, pooled, coarse, logits: resizeBilinear(coarse, [image.shape[1], image.shape[2]]) };
  };
  return {
    id: typeof model === 'string' ? model : id,
    config,
    parameters: deeplabv3Parameters(config),
    optionalParameters: auxiliaryParameters(config),
    segment,
    forward: (weights, { frame }) => ({ logits: segment(weights, normalizeFrame(frame)).logits }),
  };
}
