import { broadcastShapes, positiveAxis } from './broadcast.js';
import type { ElementType, GraphNode, ValueInfo } from './graph.js';
import { permute } from './permutation.js';

/** What inference may ask about a node's inputs. */
export interface InferenceContext {
  info(name: string): ValueInfo | undefined;
  integersOf(name: string): number[] | undefined;
}

type Infer = (node: GraphNode, context: InferenceContext) => (ValueInfo | undefined)[] | undefined;

/**
 * Shapes and types of a node's outputs, or undefined where the operator is not in the table or an input is unknown.
 * Only operators whose shape a pass wants to know are here.
 */
export function inferOutputs(node: GraphNode, context: InferenceContext): (ValueInfo | undefined)[] | undefined {
  return table[node.opType]?.(node, context);
}

const like: Infer = (node, { info }) => {
  const x = info(node.inputs[0] as string);
  return x && [x];
};

const elementwise =
  (dtype?: ElementType): Infer =>
  (node, { info }) => {
    const infos = node.inputs.map(info);
    if (infos.some((entry) => entry === undefined)) return undefined;
    const known = infos as ValueInfo[];
    return [
      { shape: broadcastShapes(...known.map((x) => x.shape)), dtype: dtype ?? (known.at(-1) as ValueInfo).dtype },
    ];
  };

const reduction: Infer = (node, { info, integersOf }) => {
  const x = info(node.inputs[0] as string);
  const axes = node.inputs[1] ? integersOf(node.inputs[1]) : x?.shape.map((_, axis) => axis);
  if (!x || !axes) return undefined;
  return [{ shape: reducedShape(x.shape, axes, node.attributes.keepdims !== 0), dtype: x.dtype }];
};

const argument: Infer = (node, { info }) => {
  const x = info(node.inputs[0] as string);
  const axis = node.attributes.axis as number;
  return x && [{ shape: reducedShape(x.shape, [axis], node.attributes.keepdims !== 0), dtype: 'int64' }];
};

const topK: Infer = (node, { info, integersOf }) => {
  const x = info(node.inputs[0] as string);
  const k = integersOf(node.inputs[1] as string)?.[0];
  if (!x || k === undefined) return undefined;
  const axis = positiveAxis((node.attributes.axis as number | undefined) ?? -1, x.shape.length);
  const shape = x.shape.map((extent, index) => (index === axis ? k : extent));
  return [
    { shape, dtype: x.dtype },
    { shape, dtype: 'int64' },
  ];
};

/** The shape after reducing `axes`. */
function reducedShape(shape: readonly number[], axes: readonly number[], keepDimensions: boolean): number[] {
  const reduced = new Set(axes.map((axis) => positiveAxis(axis, shape.length)));
  return shape.flatMap((extent, axis) => (reduced.has(axis) ? (keepDimensions ? [1] : []) : [extent]));
}

const reshape: Infer = (node, { info, integersOf }) => {
  const x = info(node.inputs[0] as string);
  const shape = integersOf(node.inputs[1] as string);
  return x && shape && !shape.some((extent) => extent < 0) ? [{ shape, dtype: x.dtype }] : undefined;
};

const slice: Infer = (node, { info, integersOf }) => {
  const x = info(node.inputs[0] as string);
  const [starts, ends, axes, steps] = node.inputs.slice(1).map((name) => integersOf(name));
  if (!x || !starts || !ends) return undefined;
  const shape = [...x.shape];
  starts.forEach((start, index) => {
    const axis = positiveAxis(axes?.[index] ?? index, shape.length);
    shape[axis] = slicedExtent(shape[axis] as number, start, ends[index] as number, steps?.[index] ?? 1);
  });
  return [{ shape, dtype: x.dtype }];
};

/** How many entries ONNX's Slice takes of an axis: negative places count from the end, places outside are clamped. */
export function slicedExtent(extent: number, start: number, end: number, step: number): number {
  const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
  const from = start < 0 ? start + extent : start;
  const to = end < 0 ? end + extent : end;
  const length =
    step > 0 ? clamp(to, 0, extent) - clamp(from, 0, extent) : clamp(from, 0, extent - 1) - clamp(to, -1, extent - 1);
  return Math.max(0, Math.ceil(length / Math.abs(step)));
}

const pad: Infer = (node, { info, integersOf }) => {
  const x = info(node.inputs[0] as string);
  const pads = integersOf(node.inputs[1] as string);
  if (!x || !pads || node.inputs.length > 3) return undefined;
  const rank = x.shape.length;
  return [
    { shape: x.shape.map((e, axis) => e + (pads[axis] as number) + (pads[axis + rank] as number)), dtype: x.dtype },
  ];
};

const resize: Infer = (node, { info, integersOf }) => {
  const x = info(node.inputs[0] as string);
  const sizes = node.inputs[3] ? integersOf(node.inputs[3]) : undefined;
  return x && sizes && [{ shape: sizes, dtype: x.dtype }];
};

const concat: Infer = (node, { info }) => {
  const infos = node.inputs.map(info);
  const first = infos[0];
  if (!first || infos.some((entry) => entry === undefined)) return undefined;
  const axis = positiveAxis(node.attributes.axis as number, first.shape.length);
  const shape = [...first.shape];
  shape[axis] = infos.reduce((sum, entry) => sum + ((entry as ValueInfo).shape[axis] as number), 0);
  return [{ shape, dtype: first.dtype }];
};

const split: Infer = (node, { info, integersOf }) => {
  const x = info(node.inputs[0] as string);
  const sizes = node.inputs[1] ? integersOf(node.inputs[1]) : undefined;
  if (!x || !sizes) return undefined;
  const axis = positiveAxis((node.attributes.axis as number | undefined) ?? 0, x.shape.length);
  return sizes.map((size) => ({ shape: x.shape.map((e, a) => (a === axis ? size : e)), dtype: x.dtype }));
};

const conv: Infer = (node, { info }) => {
  const [x, w] = node.inputs.map(info);
  if (!x || !w || node.attributes.auto_pad !== undefined) return undefined;
  const { strides, pads, dilations } = spatialAttributes(node, x.shape.length - 2);
  const spatial = x.shape.slice(2).map((extent, i) => {
    const kernel = ((w.shape[i + 2] as number) - 1) * (dilations[i] as number) + 1;
    const padded = extent + (pads[i] as number) + (pads[i + spatialRank(x)] as number);
    return Math.floor((padded - kernel) / (strides[i] as number)) + 1;
  });
  return [{ shape: [x.shape[0] as number, w.shape[0] as number, ...spatial], dtype: x.dtype }];
};

const spatialRank = (x: ValueInfo) => x.shape.length - 2;

const convTranspose: Infer = (node, { info }) => {
  const [x, w] = node.inputs.map(info);
  if (!x || !w || node.attributes.auto_pad !== undefined || node.attributes.output_shape !== undefined)
    return undefined;
  const rank = spatialRank(x);
  const { strides, pads, dilations } = spatialAttributes(node, rank);
  const extra = (node.attributes.output_padding as readonly number[] | undefined) ?? new Array<number>(rank).fill(0);
  const spatial = x.shape.slice(2).map((extent, i) => {
    const kernel = ((w.shape[i + 2] as number) - 1) * (dilations[i] as number) + 1;
    const whole = (strides[i] as number) * (extent - 1) + (extra[i] as number) + kernel;
    return whole - (pads[i] as number) - (pads[i + rank] as number);
  });
  const group = (node.attributes.group as number | undefined) ?? 1;
  return [{ shape: [x.shape[0] as number, (w.shape[1] as number) * group, ...spatial], dtype: x.dtype }];
};

function spatialAttributes(node: GraphNode, rank: number) {
  const list = (name: string, length: number, value: number) =>
    (node.attributes[name] as readonly number[] | undefined) ?? new Array<number>(length).fill(value);
  return { strides: list('strides', rank, 1), pads: list('pads', 2 * rank, 0), dilations: list('dilations', rank, 1) };
}

const pool: Infer = (node, { info }) => {
  const x = info(node.inputs[0] as string);
  if (!x || node.attributes.auto_pad !== undefined || node.attributes.ceil_mode === 1) return undefined;
  const rank = spatialRank(x);
  const { strides, pads, dilations } = spatialAttributes(node, rank);
  const kernel = node.attributes.kernel_shape as readonly number[];
  const spatial = x.shape.slice(2).map((extent, i) => {
    const span = ((kernel[i] as number) - 1) * (dilations[i] as number) + 1;
    return Math.floor((extent + (pads[i] as number) + (pads[i + rank] as number) - span) / (strides[i] as number)) + 1;
  });
  const shape = [...x.shape.slice(0, 2), ...spatial];
  return [
    { shape, dtype: x.dtype },
    { shape, dtype: 'int64' },
  ];
};

const matMul: Infer = (node, { info }) => {
  const [a, b] = node.inputs.map(info);
  if (!a || !b || a.shape.length < 2 || b.shape.length < 2) return undefined;
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return [{ shape: [...batch, a.shape.at(-2) as number, b.shape.at(-1) as number], dtype: a.dtype }];
};

const gemm: Infer = (node, { info }) => {
  const [a, b] = node.inputs.map(info);
  if (!a || !b) return undefined;
  const rows = a.shape[node.attributes.transA ? 1 : 0] as number;
  const columns = b.shape[node.attributes.transB ? 0 : 1] as number;
  return [{ shape: [rows, columns], dtype: a.dtype }];
};

const gather: Infer = (node, { info }) => {
  const [x, indices] = node.inputs.map(info);
  if (!x || !indices) return undefined;
  const axis = positiveAxis((node.attributes.axis as number | undefined) ?? 0, x.shape.length);
  return [{ shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)], dtype: x.dtype }];
};

const gatherNd: Infer = (node, { info }) => {
  const [x, indices] = node.inputs.map(info);
  if (!x || !indices || node.attributes.batch_dims) return undefined;
  const depth = indices.shape.at(-1) as number;
  return [{ shape: [...indices.shape.slice(0, -1), ...x.shape.slice(depth)], dtype: x.dtype }];
};

const expand: Infer = (node, { info, integersOf }) => {
  const x = info(node.inputs[0] as string);
  const shape = integersOf(node.inputs[1] as string);
  return x && shape && [{ shape: broadcastShapes(x.shape, shape), dtype: x.dtype }];
};

const tile: Infer = (node, { info, integersOf }) => {
  const x = info(node.inputs[0] as string);
  const repeats = integersOf(node.inputs[1] as string);
  return x && repeats && [{ shape: x.shape.map((e, axis) => e * (repeats[axis] as number)), dtype: x.dtype }];
};

const transpose: Infer = (node, { info }) => {
  const x = info(node.inputs[0] as string);
  return x && [{ shape: permute(x.shape, node.attributes.perm as readonly number[]), dtype: x.dtype }];
};

const cast: Infer = (node, { info }) => {
  const x = info(node.inputs[0] as string);
  const dtype = elementTypeOfCode(node.attributes.to as number);
  return x && dtype && [{ shape: x.shape, dtype }];
};

/** ONNX's TensorProto.DataType codes. */
export const elementTypeCodes: Readonly<Record<ElementType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9 };

function elementTypeOfCode(code: number): ElementType | undefined {
  return (Object.keys(elementTypeCodes) as ElementType[]).find((dtype) => elementTypeCodes[dtype] === code);
}

const gridSample: Infer = (node, { info }) => {
  const [x, grid] = node.inputs.map(info);
  return x && grid && [{ shape: [...x.shape.slice(0, 2), ...grid.shape.slice(1, 3)], dtype: x.dtype }];
};

const entries = (names: string, infer: Infer): Record<string, Infer> =>
  Object.fromEntries(names.split(' ').map((name) => [name, infer]));

const table: Readonly<Record<string, Infer>> = {
  ...entries(
    'Abs Acos Acosh Asin Asinh Atan Atanh Ceil Cos Cosh Elu Erf Exp Floor HardSigmoid LeakyRelu Log Neg',
    like,
  ),
  ...entries('Reciprocal Relu Round Selu Sigmoid Sign Sin Sinh Softplus Sqrt Tan Tanh Clip Identity Not', like),
  ...entries('Fence Softmax LogSoftmax CumSum PRelu ScatterND ScatterElements', like),
  ...entries('Add Sub Mul Div Max Min Sum Pow Mod Where And Or Xor', elementwise()),
  ...entries('Equal Greater GreaterOrEqual Less LessOrEqual IsNaN IsInf', elementwise('bool')),
  ...entries('ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceSumSquare ReduceL2', reduction),
  ...entries('ArgMax ArgMin', argument),
  ...entries('MaxPool AveragePool', pool),
  TopK: topK,
  Reshape: reshape,
  Slice: slice,
  Pad: pad,
  Resize: resize,
  Concat: concat,
  Split: split,
  Conv: conv,
  ConvTranspose: convTranspose,
  MatMul: matMul,
  Gemm: gemm,
  Gather: gather,
  GatherND: gatherNd,
  Expand: expand,
  Tile: tile,
  Transpose: transpose,
  Cast: cast,
  GridSample: gridSample,
};
