import { ShapeError } from '@vosvfi/core';
import { type Margins, padCentered, stopGradient, unpad } from '@vosvfi/ops';
import type { TensorWeights } from '@vosvfi/runtime';
import type * as tf from '@vosvfi/runtime/tf';
import { normalizeAndPad } from '../imagenet-frame.js';
import type { Memory } from '../memory-read.js';
import { softAggregate, withoutBackground } from '../soft-aggregation.js';
import { stcnMultiple } from './config.js';
import type { StcnKey } from './encoders.js';
import type { StcnNetwork } from './network.js';
import { flattenPlaces, segmentQuery } from './segment-query.js';

/** A query frame, encoded. */
export interface StcnQuery {
  readonly key: StcnKey;
  readonly margins: Margins;
}

/** How the segmenter reads memory. */
export interface StcnSegmenterOptions {
  /** Cells of memory that each place of the query reads; fewer where memory has fewer; null: all. Default 20 (STCN). */
  readonly topK?: number | null;
}

/** Propagates masks from one frame to another, differentiably in the second. */
export interface StcnSegmenter {
  /** Encodes frames [B, H, W, 3] RGB 0..1 that are to be segmented. */
  encodeQuery(frame: tf.Tensor4D): StcnQuery;
  /** Encodes frames [B, H, W, 3] with masks [B, H, W, K] in 0..1 of their objects. Constant to differentiation. */
  memorize(frame: tf.Tensor4D, mask: tf.Tensor4D): Memory;
  /**
   * Soft-aggregated probabilities [M B, H, W, K] of the objects in B query frames, by M B memories: memory m B + b is
   * for query b.
   */
  segment(memory: Memory, query: StcnQuery): tf.Tensor4D;
}

/**
 * A segmenter that runs `network` with `weights` inside the calling function (which may be traced and differentiated).
 * @throws ShapeError from its methods if frames and masks do not fit.
 */
export function createStcnSegmenter(
  network: StcnNetwork,
  weights: TensorWeights,
  { topK = 20 }: StcnSegmenterOptions = {},
): StcnSegmenter {
  return {
    encodeQuery: (frame) => {
      const { padded, margins } = normalizeAndPad(frame, stcnMultiple);
      return { key: network.encodeKey(weights, padded), margins };
    },
    memorize: (frame, mask) => {
      checkMask(frame, mask);
      const { padded } = normalizeAndPad(frame, stcnMultiple);
      const { k16, f16 } = network.encodeKey(weights, padded);
      // Given masks are aggregated like predicted ones, as in the official propagation.
      const masks = withoutBackground(softAggregate(padCentered(mask, stcnMultiple, 'zeros').padded).probabilities);
      const values = network.encodeValue(weights, padded, f16, masks);
      return { keys: stopGradient(flattenPlaces(k16)), values: stopGradient(flattenPlaces(values)) };
    },
    segment: (memory, { key, margins }) => {
      const { probabilities } = segmentQuery(weights, memory, key, { topK });
      return unpad(withoutBackground(probabilities), margins);
    },
  };
}

function checkMask(frame: tf.Tensor4D, mask: tf.Tensor4D): void {
  if (mask.rank !== 4 || frame.shape.slice(0, 3).join() !== mask.shape.slice(0, 3).join()) {
    throw new ShapeError('memorize mask', `[${frame.shape.slice(0, 3).join(', ')}, K]`, mask.shape);
  }
}
