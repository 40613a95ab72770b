import type { TensorFunction } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';

/**
 * Keys [1, n, C] in the two forms whose products are the similarities of `readMemory`, (2 q.k - |k|^2) / sqrt(C), so that
 * the squared norm is computed once, when a cell is remembered: [1, n, C + 1] each.
 */
export function keyForms(keys: tf.Tensor3D): { readonly remembered: tf.Tensor3D; readonly asking: tf.Tensor3D } {
  const [batch, cells, channels] = keys.shape;
  const scale = 1 / Math.sqrt(channels);
  const norms = tf.sum(tf.square(keys), 2, true);
  return {
    remembered: tf.concat([keys, norms], 2) as tf.Tensor3D,
    asking: tf.concat([tf.mul(keys, 2 * scale), tf.fill([batch, cells, 1], -scale)], 2) as tf.Tensor3D,
  };
}

/** Name of the value, or of the reading, of object `index`. */
export const valueName = (index: number): string => `value${index}`;

/** Similarities that are computed at a time: 32 MiB of them, so that their memory does not grow with the video's. */
const similaritiesAtATime = 2 ** 23;

/**
 * Reads memory as `readMemory` does, for propagation: `keys` [1, N, C + 1] in their remembered form, `queries` [1, Q, C + 1] in
 * their asking form and the values of objects 0 to K - 1, each [1, N, V], to readings [1, V, Q], by the names of values.
 *
 * @param limit Most similarities at a time: queries are answered in blocks of as many.
 */
export function readCells(topK: number, limit = similaritiesAtATime): TensorFunction {
  return (inputs) => {
    const [, count, channels] = inputs.queries!.shape as [number, number, number];
    const names = Object.keys(inputs).filter((name) => name.startsWith('value'));
    const size = Math.max(1, Math.floor(limit / inputs.keys!.shape[1]!));
    const blocks = Array.from({ length: Math.ceil(count / size) }, (_, block) => {
      const start = block * size;
      const asked = tf.slice(inputs.queries!, [0, start, 0], [1, Math.min(size, count - start), channels]);
      return readBlock(
        inputs.keys!,
        asked,
        names.map((name) => inputs[name] as tf.Tensor3D),
        topK,
      );
    });
    return Object.fromEntries(
      names.map((name, index) => {
        const parts = blocks.map((readings) => readings[index]!);
        const read = parts.length === 1 ? parts[0]! : tf.concat(parts, 1);
        return [`reading_${name}`, tf.transpose(read, [0, 2, 1])];
      }),
    );
  };
}

/** What the queries [1, Q, C + 1] read from each of the values: [1, Q, V]. */
function readBlock(keys: tf.Tensor, queries: tf.Tensor, values: readonly tf.Tensor3D[], topK: number): tf.Tensor[] {
  const similarity = tf.matMul(queries, keys, false, true);
  const limited = topK < keys.shape[1]! ? tf.topk(similarity, topK, true) : undefined;
  const shares = tf.softmax(limited?.values ?? similarity);
  return values.map((value) =>
    limited === undefined ? tf.matMul(shares, value) : sumCells(value, limited.indices, shares),
  );
}

/** Sums of the cells [1, Q, k] of `values` [1, N, V] by their shares: [1, Q, V]. */
function sumCells(values: tf.Tensor3D, cells: tf.Tensor, shares: tf.Tensor): tf.Tensor {
  const [, count, channels] = values.shape;
  const [, queries, k] = cells.shape as [number, number, number];
  const rows = tf.gather(tf.reshape(values, [count, channels]), tf.reshape(cells, [-1]));
  const product = tf.matMul(tf.reshape(shares, [queries, 1, k]), tf.reshape(rows, [queries, k, channels]));
  return tf.reshape(product, [1, queries, channels]);
}
