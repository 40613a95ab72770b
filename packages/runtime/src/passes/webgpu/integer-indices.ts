import { sizeOf } from '@vosvfi/core';
import type { GraphAssembler } from '../../graph/builder.js';
import { NodeWriter } from './node-writer.js';
import type { RewriteRule } from './rewrite-nodes.js';

/** Operators through which whole numbers can be followed back to where they were made of int32. */
const followed = new Set(['Reshape', 'Transpose', 'Expand', 'Add', 'Sub', 'Mul', 'Concat']);
/** Inputs of those that are shapes. */
const shapeInputs: Readonly<Record<string, number>> = { Reshape: 1, Expand: 1 };

/** `value`, int64, as int32: the provider computes nothing in int64, so that each such value would cross to the processor. */
function asInt32(graph: GraphAssembler, value: string): string {
  const info = graph.info(value);
  if (info?.dtype === 'int32') return value;
  const constant = graph.integersOf(value);
  if (constant !== undefined) return graph.int32(constant, info?.shape ?? [constant.length]);
  const producer = graph.producer(value);
  const w = new NodeWriter(graph);
  if (producer?.opType === 'Cast') return w.cast(producer.inputs[0] as string, 'int32');
  if (producer?.opType === 'Split') {
    const parts = producer.outputs.length;
    const operands = [asInt32(graph, producer.inputs[0] as string), ...producer.inputs.slice(1)];
    return graph.nodes('Split', operands, parts, producer.attributes)[producer.outputs.indexOf(value)] as string;
  }
  if (producer !== undefined && followed.has(producer.opType)) {
    const operands = producer.inputs.map((input, index) =>
      shapeInputs[producer.opType] === index ? input : asInt32(graph, input),
    );
    return graph.node(producer.opType, operands, producer.attributes);
  }
  return w.cast(value, 'int32');
}

/** Positions [..., depth] in the first axes of `shape`, as positions in all of them flattened. */
function flattened(w: NodeWriter, indices: string, shape: readonly number[], depth: number): string {
  if (depth === 1) return w.reshape(indices, w.shapeOf(indices).slice(0, -1));
  const steps = Array.from({ length: depth }, (_, axis) => sizeOf(shape.slice(axis + 1, depth)));
  const places = w.mul(indices, w.graph.int32(steps, [depth]));
  return w.reduce('ReduceSum', places, w.shapeOf(indices).length - 1, 0);
}

/** GatherND takes int64 only; Gather from a flattened axis takes int32. */
const gatherNd: RewriteRule = ({ node, inputs, graph, info }) => {
  const [data, indices] = [info(0), info(1)];
  if (node.attributes.batch_dims || data.dtype === 'bool' || graph.integersOf(inputs[1] as string)) return undefined;
  const w = new NodeWriter(graph);
  const depth = indices.shape.at(-1) as number;
  const rows = w.reshape(inputs[0] as string, [sizeOf(data.shape.slice(0, depth)), ...data.shape.slice(depth)]);
  const positions = flattened(w, asInt32(graph, inputs[1] as string), data.shape, depth);
  return [graph.node('Gather', [rows, positions], { axis: 0 })];
};

/** ScatterND takes int64 only; ScatterElements takes int32, a position for each element. */
const scatterNd: RewriteRule = ({ node, inputs, graph, info }) => {
  const [data, indices] = [info(0), info(1)];
  if (graph.integersOf(inputs[1] as string)) return undefined;
  const w = new NodeWriter(graph);
  const depth = indices.shape.at(-1) as number;
  const [rows, inner] = [sizeOf(data.shape.slice(0, depth)), sizeOf(data.shape.slice(depth))];
  const count = sizeOf(indices.shape) / depth;
  const positions = flattened(w, asInt32(graph, inputs[1] as string), data.shape, depth);
  const everywhere = graph.node('Expand', [w.reshape(positions, [count, 1]), graph.int64([count, inner])]);
  const operands = [
    w.reshape(inputs[0] as string, [rows, inner]),
    everywhere,
    w.reshape(inputs[2] as string, [count, inner]),
  ];
  const sums = graph.node('ScatterElements', operands, { ...node.attributes, axis: 0 });
  return [w.reshape(sums, data.shape)];
};

/** Conversions of int64 values that can be made of what those were made of. */
const cast: RewriteRule = ({ node, inputs, graph, info }) => {
  const producer = graph.producer(inputs[0] as string);
  if (info(0).dtype !== 'int64' || (producer?.opType !== 'ArgMax' && producer?.opType !== 'ArgMin')) return undefined;
  const w = new NodeWriter(graph);
  const x = producer.inputs[0] as string;
  const { shape, dtype } = graph.info(x) as { shape: readonly number[]; dtype: 'float32' };
  const axis = producer.attributes.axis as number;
  const extent = shape[axis] as number;
  const extreme = w.reduce(producer.opType === 'ArgMax' ? 'ReduceMax' : 'ReduceMin', x, axis, 1);
  const places = graph.float32(
    Array.from({ length: extent }, (_, i) => i),
    shape.map((_, i) => (i === axis ? extent : 1)),
  );
  const last = graph.scalar(extent - 1, 'float32');
  const candidates = w.node('Where', w.node('Equal', x, w.cast(extreme, dtype)), places, last);
  const first = w.reduce('ReduceMin', candidates, axis, producer.attributes.keepdims === 0 ? 0 : 1);
  return [graph.node('Cast', [first], { to: node.attributes.to as number })];
};

/** Operators whose indices would be int64. */
export const integerIndices: Readonly<Record<string, RewriteRule>> = {
  GatherND: gatherNd,
  ScatterND: scatterNd,
  Cast: cast,
};
