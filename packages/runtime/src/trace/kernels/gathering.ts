import { sizeOf } from '@vosvfi/core';
import { scatterAdd } from '../../graph/scatter-add.js';
import * as tf from '../../tf.js';
import { type KernelCall, lowering } from '../lowering.js';
import { sliceNode } from './slicing.js';

/** Reading and adding at computed positions. */
export const gatheringKernels = [
  lowering<{ x: tf.TensorInfo; indices: tf.TensorInfo }, { axis: number | number[]; batchDims?: number }>(
    'GatherV2',
    (call, { x, indices }, { axis, batchDims = 0 }) => {
      const [at] = tf.util.parseAxisParam(axis, x.shape) as [number];
      const positions = call.as(indices, 'int32');
      if (batchDims === 0) return call.result(call.graph.node('Gather', [call.name(x), positions], { axis: at }));
      return call.result(batchedGather(call, x, indices, at, batchDims));
    },
  ),
  lowering<{ params: tf.TensorInfo; indices: tf.TensorInfo }>('GatherNd', (call, { params, indices }) =>
    call.result(call.graph.node('GatherND', [call.name(params), call.as(indices, 'int64')])),
  ),
  lowering<{ indices: tf.TensorInfo; updates: tf.TensorInfo }, { shape: number[] }>(
    'ScatterNd',
    (call, { indices, updates }, { shape }) => {
      const depth = indices.shape.at(-1) as number;
      const count = sizeOf(indices.shape) / depth;
      const rows = call.reshape(call.as(indices, 'int64'), [count, depth]);
      const values = call.reshape(call.name(updates), [count, ...shape.slice(depth)]);
      return call.result(scatterAdd(call.graph, rows, values, count, depth, shape));
    },
  ),
  lowering<{ tensor: tf.TensorInfo; indices: tf.TensorInfo; updates: tf.TensorInfo }>(
    'TensorScatterUpdate',
    (call, { tensor, indices, updates }) =>
      call.result(call.graph.node('ScatterND', [call.name(tensor), call.as(indices, 'int64'), call.name(updates)])),
  ),
  lowering<{ x: tf.TensorInfo; segmentIds: tf.TensorInfo }, { numSegments: number }>(
    'UnsortedSegmentSum',
    (call, { x, segmentIds }, { numSegments }) => {
      const inner = x.shape.slice(segmentIds.shape.length);
      const count = sizeOf(segmentIds.shape);
      // Rows outside go to a segment that is cut off; to ONNX -1 means the last one.
      const bounds = [call.scalar(-1, 'int32'), call.scalar(numSegments, 'int32')];
      const ids = call.graph.node('Clip', [call.as(segmentIds, 'int32'), ...bounds]);
      const rows = call.reshape(call.cast(ids, 'int64'), [count, 1]);
      const values = call.reshape(call.name(x), [count, ...inner]);
      const sums = scatterAdd(call.graph, rows, values, count, 1, [numSegments + 1, ...inner]);
      return call.result(sliceNode(call.graph, sums, [0], [numSegments], [0]));
    },
  ),
];

/** Gather whose first `batchDims` axes of `x` and `indices` belong together: one flat axis for batch and gathered axis. */
function batchedGather(
  call: KernelCall,
  x: tf.TensorInfo,
  indices: tf.TensorInfo,
  axis: number,
  batchDims: number,
): string {
  const { graph } = call;
  const batch = sizeOf(x.shape.slice(0, batchDims));
  const outer = sizeOf(x.shape.slice(batchDims, axis));
  const extent = x.shape[axis] as number;
  const inner = sizeOf(x.shape.slice(axis + 1));
  const count = sizeOf(indices.shape.slice(batchDims));
  const rows = call.reshape(call.name(x), [batch * outer * extent, inner]);
  const offsets = graph.int32(
    Array.from({ length: batch * outer }, (_, i) => i * extent),
    [batch, outer, 1],
  );
  const positions = graph.node('Add', [call.reshape(call.as(indices, 'int32'), [batch, 1, count]), offsets]);
  const gathered = graph.node('Gather', [rows, positions], { axis: 0 });
  return call.reshape(gathered, [
    ...x.shape.slice(0, axis),
    ...indices.shape.slice(batchDims),
    ...x.shape.slice(axis + 1),
  ]);
}
