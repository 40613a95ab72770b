import { ShapeError } from '@vosvfi/core';
import { resizeBilinear, stopGradient } from '@vosvfi/ops';
import type { TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { repeatBatch } from '../repeat-batch.js';
import { type ColorizerOptions, colorize } from './colorizer.js';
import { normalizeLab } from './lab-frame.js';
import { type MastNetwork, subsample } from './network.js';

/** A query frame, encoded. */
export interface MastQuery {
  readonly features: tf.Tensor4D;
  readonly size: readonly [height: number, width: number];
}

/** Reference frames with their labels. */
export interface MastMemory {
  readonly features: tf.Tensor4D;
  /** [B, h, w, K + 1], the background first. */
  readonly values: tf.Tensor4D;
}

/** Copies masks from one frame to another, differentiably in the second. */
export interface MastSegmenter {
  /** Encodes frames [B, H, W, 3] RGB 0..1 that are to be segmented. */
  encodeQuery(frame: tf.Tensor4D): MastQuery;
  /** Encodes frames [B, H, W, 3] with masks [B, H, W, K] in 0..1 of their objects. Constant to differentiation. */
  memorize(frame: tf.Tensor4D, mask: tf.Tensor4D): MastMemory;
  /**
   * Probabilities [M B, H, W, K] of the objects in B query frames, by M B references: reference m B + b is for query b.
   */
  segment(memory: MastMemory, query: MastQuery): tf.Tensor4D;
}

/** Keeps a quotient of two zeros (nothing copied from inside the picture) from being undefined. */
const tiny = 1e-6;

/**
 * A segmenter that runs `network` with `weights` inside the calling function (which may be traced and differentiated).
 * Each reference is taken for the frame before the query, so that nothing is searched.
 *
 * Copied labels of background and objects are divided by their sum: near the border a part of the softmax falls on places
 * outside the picture, which have no label. The largest one is the same as in the official code.
 *
 * @throws ShapeError from its methods if frames and masks do not fit.
 */
export function createMastSegmenter(
  network: MastNetwork,
  weights: TensorWeights,
  options: Pick<ColorizerOptions, 'radius'> = {},
): MastSegmenter {
  return {
    encodeQuery: (frame) => ({
      features: network.encode(weights, normalizeLab(frame)),
      size: [frame.shape[1], frame.shape[2]],
    }),
    memorize: (frame, mask) => {
      if (mask.rank !== 4 || frame.shape.slice(0, 3).join() !== mask.shape.slice(0, 3).join()) {
        throw new ShapeError('memorize mask', `[${frame.shape.slice(0, 3).join(', ')}, K]`, mask.shape);
      }
      const background = tf.relu(tf.sub(1, tf.sum(mask, 3, true)));
      return {
        features: stopGradient(network.encode(weights, normalizeLab(frame))),
        values: stopGradient(subsample(tf.concat([background, mask], 3) as tf.Tensor4D)),
      };
    },
    segment: ({ features, values }, query) => {
      const queries = repeatBatch(query.features, features.shape[0] / query.features.shape[0]);
      const copied = colorize(queries, [{ features, values, age: 1 }], options).values;
      const enlarged = resizeBilinear(copied, query.size);
      const shares = tf.div(enlarged, tf.add(tf.sum(enlarged, 3, true), tiny));
      const [batch, height, width, channels] = enlarged.shape;
      return tf.slice(shares, [0, 0, 0, 1], [batch, height, width, channels - 1]) as tf.Tensor4D;
    },
  };
}
