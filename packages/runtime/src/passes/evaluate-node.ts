import { sizeOf } from '@vosvfi/core';
import { broadcastShapes, positiveAxis } from '../graph/broadcast.js';
import type { Constant, GraphNode } from '../graph/graph.js';
import { slicedExtent } from '../graph/infer-outputs.js';
import { broadcastConstant, rowMajorSteps, stridedConstant } from './strided-constant.js';

type Evaluate = (node: GraphNode, inputs: readonly Constant[]) => Constant | undefined;

/**
 * The result of a node whose inputs are all known; undefined for operators that are not in the table. Only what rounds
 * once is, so that the result has the very bits that ONNX Runtime would compute.
 */
export function evaluateNode(node: GraphNode, inputs: readonly Constant[]): Constant | undefined {
  return node.outputs.length === 1 ? table[node.opType]?.(node, inputs) : undefined;
}

const binary =
  (apply: (a: number, b: number) => number): Evaluate =>
  (_, inputs) => {
    if (inputs.length !== 2 || inputs.some(({ dtype }) => dtype !== 'float32')) return undefined;
    const shape = broadcastShapes(...inputs.map((input) => input.shape));
    const [a, b] = inputs.map((input) => broadcastConstant(input, shape).data as Float32Array) as [
      Float32Array,
      Float32Array,
    ];
    return { dtype: 'float32', shape, data: a.map((value, i) => apply(value, b[i] as number)) };
  };

const unary =
  (apply: (x: number) => number): Evaluate =>
  (_, [x]) =>
    x?.dtype === 'float32' ? { ...x, data: (x.data as Float32Array).map((value) => apply(value)) } : undefined;

const expand: Evaluate = (_, [x, shape]) =>
  x && shape && broadcastConstant(x, broadcastShapes(x.shape, integers(shape)));

const slice: Evaluate = (_, [x, starts, ends, axes, steps]) => {
  if (!x || !starts || !ends || x.data.length === 0) return undefined;
  const shape = [...x.shape];
  const strides = rowMajorSteps(x.shape);
  let start = 0;
  const from = integers(starts);
  const [to, along, by] = [integers(ends), axes && integers(axes), steps && integers(steps)];
  for (const [index, first] of from.entries()) {
    const axis = positiveAxis(along?.[index] ?? index, shape.length);
    const [extent, stride, step] = [shape[axis] as number, strides[axis] as number, by?.[index] ?? 1];
    const place = first < 0 ? first + extent : first;
    start += Math.min(Math.max(place, 0), extent - 1) * stride;
    strides[axis] = stride * step;
    shape[axis] = slicedExtent(extent, first, to[index] as number, step);
  }
  return stridedConstant(x, shape, strides, start);
};

function integers({ data }: Constant): number[] {
  return Array.from(data as ArrayLike<number | bigint>, Number);
}

const concat: Evaluate = (node, inputs) => {
  const [first] = inputs;
  if (first === undefined) return undefined;
  const axis = positiveAxis(node.attributes.axis as number, first.shape.length);
  const shape = first.shape.map((extent, index) =>
    index === axis ? inputs.reduce((sum, input) => sum + (input.shape[axis] as number), 0) : extent,
  );
  const data = new (first.data.constructor as new (n: number) => Float32Array)(sizeOf(shape));
  const rows = sizeOf(shape.slice(0, axis));
  const row = sizeOf(shape.slice(axis));
  let place = 0;
  for (const input of inputs) {
    const part = sizeOf(input.shape.slice(axis));
    for (let i = 0; i < rows; i++)
      data.set(input.data.slice(i * part, (i + 1) * part) as Float32Array, i * row + place);
    place += part;
  }
  return { dtype: first.dtype, shape, data };
};

const table: Readonly<Record<string, Evaluate>> = {
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: binary((a, b) => a / b),
  Neg: unary((x) => -x),
  Abs: unary(Math.abs),
  Sqrt: unary(Math.sqrt),
  Reciprocal: unary((x) => 1 / x),
  Expand: expand,
  Slice: slice,
  Concat: concat,
};
