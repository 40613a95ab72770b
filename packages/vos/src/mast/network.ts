import { resizeBilinear } from '@vosvfi/ops';
import type { Network, TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { colorize } from './colorizer.js';
import { type MastConfig, mastConfig, mastStride, parseMastConfig } from './config.js';
import { compareBy, type EncoderOptions, encodeBackbone } from './encoder.js';
import { normalizeLab } from './lab-frame.js';
import { mastParameters } from './parameters.js';

/** Two frames and the values of the first. */
export interface MastInputs {
  /** [B, H, W, 3] RGB 0..1. */
  readonly frame0: tf.Tensor4D;
  /** [B, H, W, L]: one channel for each label (the background is one), 0 or 1. */
  readonly labels0: tf.Tensor4D;
  /** [B, H, W, 3] RGB 0..1. */
  readonly frame1: tf.Tensor4D;
}

/** What the second frame shows. */
export interface MastOutputs {
  /** [B, H, W, L]. */
  readonly labels1: tf.Tensor4D;
}

/** MAST as a plain object: its encoder, and as `forward` the copying of labels from one frame to the next. */
export interface MastNetwork extends Network<MastConfig, MastInputs, MastOutputs> {
  /** Features [B, h, w, featureChannels] of frames [B, H, W, 3], normalized L, a, b (see `normalizeLab`). */
  readonly encode: (weights: TensorWeights, lab: tf.Tensor4D, options?: EncoderOptions) => tf.Tensor4D;
}

/**
 * MAST (Lai, Lu, Xie, "MAST: a memory-augmented self-supervised tracker", CVPR 2020, arXiv 2002.07793): a network learns
 * features that let it copy a frame's colours from earlier frames; at test time labels are copied by them. The copying has
 * no parameters, see `colorize`.
 *
 * Frames are RGB 0..1 of any size at the border; labels and features have every fourth pixel. Weights have the
 * keys, order and layouts of the official state dict; batch normalization uses its stored statistics (but see
 * `mastTrainingLoss`).
 *
 * @param config Widths and depths of your own; default: the official network, 5,291,648 parameters.
 * @param id Name of a network of your own.
 * @throws ConfigError naming the field that is invalid.
 */
export function createMast(
  config: MastConfig = mastConfig,
  id = config === mastConfig ? 'mast' : 'mast_custom',
): MastNetwork {
  const checked = parseMastConfig(config);
  const encode: MastNetwork['encode'] = (weights, lab, options) =>
    compareBy(weights, encodeBackbone(checked, weights, lab, options));
  return {
    id,
    config: checked,
    parameters: mastParameters(checked),
    encode,
    forward: (weights, { frame0, labels0, frame1 }) => {
      const reference = { features: encode(weights, normalizeLab(frame0)), values: subsample(labels0), age: 1 };
      const { values } = colorize(encode(weights, normalizeLab(frame1)), [reference]);
      const [, height, width] = frame1.shape;
      return { labels1: resizeBilinear(values, [height, width]) };
    },
  };
}

/** Every fourth row and column, from the first on, as the official code takes labels and colours. */
export function subsample(x: tf.Tensor4D): tf.Tensor4D {
  return tf.stridedSlice(x, [0, 0, 0, 0], x.shape, [1, mastStride, mastStride, 1]) as tf.Tensor4D;
}
