import type { TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { type Memory, readMemory } from '../memory-read.js';
import { repeatBatch } from '../repeat-batch.js';
import { type Aggregation, softAggregate } from '../soft-aggregation.js';
import { decode } from './decoder.js';
import type { StcnKey } from './encoders.js';

/** How {@link segmentQuery} reads. */
export interface SegmentQueryOptions {
  /** Cells of memory that each place of the query reads; null: all (as in training). */
  readonly topK: number | null;
  /** [M B, K]: 1 for an object that exists, 0 for one that does not. Default: all exist. */
  readonly present?: tf.Tensor2D;
}

/** Keys [B, h, w, C] as a memory's or a query's [B, h w, C]. */
export function flattenPlaces(x: tf.Tensor4D): tf.Tensor3D {
  const [batch, height, width, channels] = x.shape;
  return tf.reshape(x, [batch, height * width, channels]);
}

/**
 * Segments query frames by memories: read, decode, soft aggregation.
 *
 * @param memory Of M B samples, M memories for each of the B queries (sample m B + b belongs to query b).
 * @returns Log-odds and probabilities [M B, H, W, K + 1] of background and objects, at the padded size.
 */
export function segmentQuery(
  weights: TensorWeights,
  memory: Memory,
  query: StcnKey,
  { topK, present }: SegmentQueryOptions,
): Aggregation {
  const samples = memory.keys.shape[0];
  const queries = repeatBatch(flattenPlaces(query.k16), samples / query.k16.shape[0]);
  const { values } = readMemory(memory, queries, { topK });
  const [, height, width] = query.f16Thin.shape;
  const grid: tf.Tensor4D = tf.reshape(values, [values.shape[0], height, width, values.shape[2]]);
  const objects = probabilitiesOf(weights, grid, query, samples);
  if (present === undefined) return softAggregate(objects);
  return softAggregate(tf.mul(objects, tf.reshape(present, [samples, 1, 1, objects.shape[3]])));
}

/**
 * Probability of each object on its own, before they compete.
 *
 * @param readings [K S, h, w, V] of S samples, object by object.
 * @returns [S, H, W, K].
 */
export function probabilitiesOf(
  weights: TensorWeights,
  readings: tf.Tensor4D,
  query: Pick<StcnKey, 'f16Thin' | 'f8' | 'f4'>,
  samples: number,
): tf.Tensor4D {
  const probabilities = tf.sigmoid(decode(weights, readings, query));
  const objects = readings.shape[0] / samples;
  return objects === 1 ? probabilities : (tf.concat(tf.split(probabilities, objects, 0), 3) as tf.Tensor4D);
}
