import * as tf from '@tensorflow/tfjs';
import { sizeOf } from '@vosvfi/core';
import { defineGradient, flat } from './define-gradient.js';

interface GatherAttrs {
  readonly axis: number | number[];
  readonly batchDims?: number;
}

/** tfjs's own handles one batch axis, picture by picture, and gives positions a slope of integers. */
defineGradient<GatherAttrs>('GatherV2', {
  inputs: ['x', 'indices'],
  gradient: (dy, saved, { axis, batchDims = 0 }) => {
    const [x, indices] = saved as [tf.Tensor, tf.Tensor];
    const [at] = tf.util.parseAxisParam(axis, x.shape) as [number];
    return {
      x: () => gatherGradient(dy as tf.Tensor, x.shape, indices, at, batchDims),
      indices: () => flat(indices),
    };
  },
});

/** Sums what each place was read for: one flat axis for batch, outer axes and the gathered one. */
function gatherGradient(
  dy: tf.Tensor,
  shape: number[],
  indices: tf.Tensor,
  axis: number,
  batchDims: number,
): tf.Tensor {
  const batch = sizeOf(shape.slice(0, batchDims));
  const outer = sizeOf(shape.slice(batchDims, axis));
  const extent = shape[axis] as number;
  const inner = sizeOf(shape.slice(axis + 1));
  const count = sizeOf(indices.shape.slice(batchDims));
  if (batch === 1) {
    const rows = tf.transpose(tf.reshape(dy, [outer, count, inner]), [1, 0, 2]);
    const sums = tf.unsortedSegmentSum(rows, tf.reshape(tf.cast(indices, 'int32'), [count]), extent);
    return tf.reshape(tf.transpose(sums, [1, 0, 2]), shape);
  }
  const offsets = tf.range(0, batch * outer * extent, extent, 'int32');
  const places = tf.add(
    tf.reshape(offsets, [batch, outer, 1]),
    tf.reshape(tf.cast(indices, 'int32'), [batch, 1, count]),
  );
  const rows = tf.reshape(dy, [batch * outer * count, inner]);
  return tf.reshape(tf.unsortedSegmentSum(rows, tf.reshape(places, [-1]), batch * outer * extent), shape);
}

defineGradient('GatherNd', {
  inputs: ['params', 'indices'],
  gradient: (dy, saved) => {
    const [params, indices] = saved as [tf.Tensor, tf.Tensor];
    const depth = indices.shape.at(-1) as number;
    const rows = tf.reshape(tf.cast(indices, 'int32'), [-1, depth]);
    const slopes = tf.reshape(dy as tf.Tensor, [rows.shape[0] as number, ...params.shape.slice(depth)]);
    return {
      params: () => tf.scatterND(rows, slopes, params.shape),
      indices: () => flat(indices),
    };
  },
});

defineGradient('ScatterNd', {
  inputs: ['indices'],
  gradient: (dy, saved) => {
    const [indices] = saved as [tf.Tensor];
    return { updates: () => tf.gatherND(dy as tf.Tensor, indices), indices: () => flat(indices) };
  },
});

defineGradient('TensorScatterUpdate', {
  inputs: ['indices', 'updates'],
  gradient: (dy, saved) => {
    const [indices, updates] = saved as [tf.Tensor, tf.Tensor];
    return {
      tensor: () => tf.tensorScatterUpdate(dy as tf.Tensor, indices, tf.zerosLike(updates)),
      updates: () => tf.gatherND(dy as tf.Tensor, indices),
      indices: () => flat(indices),
    };
  },
});

/** To the values that were taken. */
defineGradient('TopK', {
  inputs: ['x'],
  outputs: [false, true],
  gradient: (dys, saved) => {
    const [x, indices] = saved as [tf.Tensor, tf.Tensor];
    const [dy] = dys as tf.Tensor[];
    const extent = x.shape.at(-1) as number;
    const starts = tf.range(0, x.size, extent, 'int32');
    const places = tf.add(tf.reshape(indices, [x.size / extent, -1]), tf.expandDims(starts, 1));
    const sums = () => tf.scatterND(tf.reshape(places, [-1, 1]), tf.reshape(dy as tf.Tensor, [-1]), [x.size]);
    return { x: () => tf.reshape(sums(), x.shape) };
  },
});
