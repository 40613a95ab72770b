import { ConfigError, ShapeError } from '@vosvfi/core';
import { gatherRows, topK } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';

/** What was seen: N cells, each with a key and a value for every object. */
export interface Memory {
  /** [B, N, C]. */
  readonly keys: tf.Tensor3D;
  /** [K B, N, V]: K objects that share the keys, object by object (all samples of the first, then of the second). */
  readonly values: tf.Tensor3D;
}

/** What {@link readMemory} gives. */
export interface MemoryReading {
  /** [K B, Q, V]. */
  readonly values: tf.Tensor3D;
  /** [B, Q, k] (k = N without top-k): shares of the cells that were read, summing to 1. */
  readonly shares: tf.Tensor3D;
  /** [B, Q, k] int32: which cells those are, largest share first; null without top-k: all cells in their order. */
  readonly cells: tf.Tensor3D | null;
}

/** How {@link readMemory} chooses cells. */
export interface MemoryReadOptions {
  /** Only this many most similar cells are read, all if there are fewer; null: all cells. */
  readonly topK: number | null;
}

/**
 * Reads values by the similarity of keys, negative squared distance over sqrt(C), through a softmax over the cells
 * (Cheng et al., "Rethinking space-time networks with improved memory coverage for efficient video object
 * segmentation", NeurIPS 2021, section 3). The query's own norm is the same for all cells and is left out.
 * Differentiable in all three tensors; which cells are the top k is a constant.
 *
 * @param queries [B, Q, C].
 * @throws ShapeError if shapes do not fit; ConfigError unless topK is a positive integer or null.
 */
export function readMemory(memory: Memory, queries: tf.Tensor3D, { topK: limit }: MemoryReadOptions): MemoryReading {
  checkReading(memory, queries, limit);
  const similarity = similarityOf(memory.keys, queries);
  const [batch, , cells] = similarity.shape;
  const values = joinObjects(memory.values, batch);
  if (limit === null || limit >= cells) {
    const shares = tf.softmax(similarity);
    return { values: splitObjects(tf.matMul(shares, values), memory.values.shape), shares, cells: null };
  }
  // tf.softmax subtracts the largest value, so that no exponential overflows.
  const found = topK(similarity, limit);
  const shares = tf.softmax(found.values) as tf.Tensor3D;
  const indices = found.indices as tf.Tensor3D;
  return { values: splitObjects(sumCells(values, indices, shares), memory.values.shape), shares, cells: indices };
}

function checkReading({ keys, values }: Memory, queries: tf.Tensor3D, limit: number | null): void {
  if (limit !== null && (!Number.isInteger(limit) || limit < 1)) {
    throw new ConfigError('topK', `expected a positive integer or null, found ${limit}.`);
  }
  const [batch, cells, channels] = keys.shape;
  if (queries.rank !== 3 || queries.shape[0] !== batch || queries.shape[2] !== channels) {
    throw new ShapeError('readMemory queries', `[${batch}, Q, ${channels}]`, queries.shape);
  }
  if (values.rank !== 3 || values.shape[0] % batch !== 0 || values.shape[1] !== cells) {
    throw new ShapeError('readMemory values', `[K * ${batch}, ${cells}, V]`, values.shape);
  }
}

/** [B, Q, N]: (2 q.k - |k|^2) / sqrt(C). */
function similarityOf(keys: tf.Tensor3D, queries: tf.Tensor3D): tf.Tensor3D {
  const [batch, cells, channels] = keys.shape;
  const scale = 1 / Math.sqrt(channels);
  const products = tf.matMul(tf.mul(queries, 2 * scale), keys, false, true);
  const norms = tf.mul(tf.reshape(tf.sum(tf.square(keys), 2), [batch, 1, cells]), scale);
  return tf.sub(products, norms);
}

/** [K B, N, V] to [B, N, K V]: one read serves all objects. */
function joinObjects(values: tf.Tensor3D, batch: number): tf.Tensor3D {
  const objects = values.shape[0] / batch;
  return objects === 1 ? values : (tf.concat(tf.split(values, objects, 0), 2) as tf.Tensor3D);
}

/** The reverse: [B, Q, K V] to [K B, Q, V]. */
function splitObjects(read: tf.Tensor, [rows]: readonly [number, number, number]): tf.Tensor3D {
  const objects = rows / read.shape[0]!;
  return (objects === 1 ? read : tf.concat(tf.split(read, objects, 2), 0)) as tf.Tensor3D;
}

/** Weighted sums of `values` [B, N, V] over the cells [B, Q, k] of each query: [B, Q, V]. */
function sumCells(values: tf.Tensor3D, cells: tf.Tensor3D, shares: tf.Tensor3D): tf.Tensor3D {
  const [batch, count, channels] = values.shape;
  const [, queries, k] = cells.shape;
  const first = tf.reshape(tf.range(0, batch * count, count, 'int32'), [batch, 1, 1]);
  const rows = gatherRows(tf.reshape(values, [batch * count, channels]), tf.reshape(tf.add(cells, first), [-1]));
  const product = tf.matMul(
    tf.reshape(shares, [batch * queries, 1, k]),
    tf.reshape(rows, [batch * queries, k, channels]),
  );
  return tf.reshape(product, [batch, queries, channels]);
}
