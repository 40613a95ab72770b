import { positiveAxis } from '../../graph/broadcast.js';
import { NodeWriter } from './node-writer.js';
import type { RewriteRule } from './rewrite-nodes.js';

/** Operators that only move elements have no version for conditions: they are moved as whole numbers. */
const conditionsAsIntegers: RewriteRule = ({ node, inputs, graph, info }) => {
  if (info(0).dtype !== 'bool' || node.outputs.length !== 1) return undefined;
  const w = new NodeWriter(graph);
  const moved = inputs.map((input) => (graph.info(input)?.dtype === 'bool' ? w.cast(input, 'int32') : input));
  return [w.cast(graph.node(node.opType, moved, node.attributes), 'bool')];
};

/** A slice of whole numbers or conditions, by gathering along each axis. */
const sliceByGather: RewriteRule = ({ inputs, graph, info }) => {
  const { dtype, shape } = info(0);
  if (dtype !== 'int32' && dtype !== 'bool') return undefined;
  const [starts, ends, axes, steps] = inputs.slice(1).map((input) => graph.integersOf(input));
  if (starts === undefined || ends === undefined) return undefined;
  const w = new NodeWriter(graph);
  let value = w.cast(inputs[0] as string, 'int32');
  starts.forEach((start, index) => {
    const axis = positiveAxis(axes?.[index] ?? index, shape.length);
    const taken = positions(shape[axis] as number, start, ends[index] as number, steps?.[index] ?? 1);
    value = graph.node('Gather', [value, graph.int32(taken, [taken.length])], { axis });
  });
  return [w.cast(value, dtype)];
};

/** Indices that a slice takes of an axis. */
function positions(extent: number, start: number, end: number, step: number): number[] {
  const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
  const from = clamp(start < 0 ? start + extent : start, 0, step > 0 ? extent : extent - 1);
  const to = clamp(end < 0 ? end + extent : end, step > 0 ? 0 : -1, extent);
  const count = Math.max(0, Math.ceil((to - from) / step));
  return Array.from({ length: count }, (_, i) => from + i * step);
}

/** Operators that the provider has for float32 only. */
export const movedTypes: Readonly<Record<string, RewriteRule>> = {
  Slice: sliceByGather,
  Transpose: conditionsAsIntegers,
  Pad: conditionsAsIntegers,
  Concat: conditionsAsIntegers,
  Tile: conditionsAsIntegers,
};
