import { ConfigError, ShapeError } from '@vosvfi/core';
import { stopGradient } from '@vosvfi/ops';
import type { TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { normalizeFrame } from '../imagenet-frame.js';
import { repeatBatch } from '../repeat-batch.js';
import type { RvosFeatures } from './encoder.js';
import type { RvosNetwork } from './network.js';
import type { RvosHidden } from './segment-objects.js';

/** An encoded frame. */
export interface RvosQuery {
  readonly features: RvosFeatures;
  readonly size: readonly [height: number, width: number];
}

/** What is remembered of a frame: its objects, and the decoder's hidden states. */
export interface RvosReference {
  /** [B, H, W, K]. */
  readonly masks: tf.Tensor4D;
  readonly hidden: RvosHidden;
}

/** Carries masks from one frame to the next, differentiably in the second. */
export interface RvosSegmenter {
  /** Encodes frames [B, H, W, 3] RGB 0..1 that are to be segmented. */
  encodeQuery(frame: tf.Tensor4D): RvosQuery;
  /** Remembers frames [B, H, W, 3] with masks [B, H, W, K] in 0..1 of their objects. Constant to differentiation. */
  memorize(frame: tf.Tensor4D, masks: tf.Tensor4D): RvosReference;
  /**
   * Probabilities [M B, H, W, K] of the objects, each on its own, in B query frames, by M B memories: memory m B + b is for
   * query b.
   */
  segment(memory: RvosReference, query: RvosQuery): tf.Tensor4D;
}

/**
 * A segmenter that runs a one-shot `network` with `weights` inside the calling function (which may be traced and
 * differentiated). As the official evaluation begins a video: the first frame is decoded with its own masks, which gives the
 * hidden states; the next frame gets those and the same masks.
 *
 * With one object, that object is in the decoder's first slot.
 * @throws ConfigError for a zero-shot network; ShapeError from its methods if frames and masks do not fit.
 */
export function createRvosSegmenter(network: RvosNetwork, weights: TensorWeights): RvosSegmenter {
  if (network.config.variant !== 'one-shot') {
    throw new ConfigError(
      'rvos.variant',
      'expected "one-shot": a zero-shot network cannot be told which objects to carry on.',
    );
  }
  const encodeQuery = (frame: tf.Tensor4D): RvosQuery => ({
    features: network.encode(weights, normalizeFrame(frame)),
    size: [frame.shape[1], frame.shape[2]],
  });
  return {
    encodeQuery,
    memorize: (frame, masks) => {
      checkMasks(frame, masks);
      const { features, size } = encodeQuery(frame);
      const { hidden } = network.segment(weights, features, size, { masks });
      return { masks: stopGradient(masks), hidden: hidden.map((levels) => levels.map((level) => stopGradient(level))) };
    },
    segment: (memory, { features, size }) => {
      const times = memory.masks.shape[0] / features[0].shape[0];
      const repeated = features.map((level) => repeatBatch(level, times)) as unknown as RvosFeatures;
      return tf.sigmoid(network.segment(weights, repeated, size, memory).logits);
    },
  };
}

function checkMasks(frame: tf.Tensor4D, masks: tf.Tensor4D): void {
  if (masks.rank !== 4 || frame.shape.slice(0, 3).join() !== masks.shape.slice(0, 3).join()) {
    throw new ShapeError('memorize masks', `[${frame.shape.slice(0, 3).join(', ')}, K]`, masks.shape);
  }
}
