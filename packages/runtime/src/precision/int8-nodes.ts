import type { Constant, GraphNode } from '../graph/graph.js';
import type { GraphCopy } from '../passes/graph-copy.js';
import type { ChannelRanges } from './calibration.js';
import { type Int8Values, type Quantization, scalars } from './int8-values.js';
import type { PictureNode } from './picture-nodes.js';
import { type QuantizedWeights, quantizeWeights } from './quantize-weights.js';

/** One weight scale for each output channel, or one for all of them. */
export type WeightGranularity = 'channel' | 'tensor';

/** ONNX Runtime's integer convolution on NHWC, which saves the transposes around ONNX's own. */
const CONVOLUTION = 'com.microsoft:QLinearConv';

/** What nodes on bytes are made with. */
export interface Int8Context {
  readonly copy: GraphCopy;
  readonly values: Int8Values;
  readonly ranges: ReadonlyMap<string, ChannelRanges>;
  readonly weightScales: WeightGranularity;
}

/** Emits what does on bytes what `node` does on floats. */
export function emitInBytes(node: GraphNode, picture: PictureNode, context: Int8Context): void {
  const emitters = { convolution, prelu, add, concat, split };
  emitters[picture.kind](picture as never, context, node);
}

type Kind<K extends PictureNode['kind']> = Extract<PictureNode, { readonly kind: K }>;

function convolution({ input, output }: Kind<'convolution'>, context: Int8Context, node: GraphNode): void {
  const { copy, values, weightScales } = context;
  const constant = (name: string | undefined) => (name ? copy.source.constants.get(name) : undefined);
  const weights = constant(node.inputs[1]) as Constant;
  const [from, to] = [values.quantization(input), values.quantization(output)];
  const quantized = quantizeWeights({
    weights: weights.data as Float32Array,
    bias: constant(node.inputs[2])?.data as Float32Array | undefined,
    inputProfile: from.profile,
    inputScale: from.scale,
    outputProfile: to.profile,
    granularity: weightScales,
  });
  const inputs = convolutionInputs(copy, values.bytes(input), from, quantized, weights.shape, to);
  values.bindBytes(output, copy.target.node(CONVOLUTION, inputs, { ...node.attributes, channels_last: 1 }));
}

/**
 * PReLU on bytes, which ONNX Runtime has no kernel for: x + (1 - slope) max(-x, 0). The second summand is a 1 x 1 depthwise
 * convolution whose result is cut at its zero point. Slopes must not exceed 1.
 */
function prelu({ input, output, slopes }: Kind<'prelu'>, { copy, values, ranges }: Int8Context): void {
  const { target } = copy;
  const [from, to] = [values.quantization(input), values.quantization(output)];
  const { low } = ranges.get(input) as ChannelRanges;
  const weights = Float32Array.from(slopes, (slope) => slope - 1);
  const largest = from.profile.reduce(
    (most, size, channel) => Math.max(most, ((weights[channel] as number) * (low[channel] as number)) / size),
    0,
  );
  const cut = { scale: largest / 255 || 1, zeroPoint: 0 };
  const quantized = quantizeWeights({
    weights,
    bias: undefined,
    inputProfile: Float64Array.of(1),
    inputScale: from.scale,
    outputProfile: new Float64Array(slopes.length).fill(1),
  });
  const x = values.bytes(input);
  const inputs = convolutionInputs(copy, x, from, quantized, [slopes.length, 1, 1, 1], cut);
  const raised = target.node(CONVOLUTION, inputs, { group: slopes.length, channels_last: 1 });
  const operands = [x, ...scalars(target, from), raised, ...scalars(target, cut), ...scalars(target, to)];
  values.bindBytes(output, target.node('com.microsoft:QLinearAdd', operands));
}

function add({ inputs, output }: Kind<'add'>, context: Int8Context): void {
  const { target } = context.copy;
  const operands = [...inputs.flatMap((value) => operand(value, context)), ...resultScalars(output, context)];
  context.values.bindBytes(output, target.node('com.microsoft:QLinearAdd', operands));
}

function concat({ inputs, output, axis }: Kind<'concat'>, context: Int8Context): void {
  const { target } = context.copy;
  const operands = [...resultScalars(output, context), ...inputs.flatMap((value) => operand(value, context))];
  const name = target.node('com.microsoft:QLinearConcat', operands, { axis: byteAxis(axis) });
  context.values.bindBytes(output, name);
}

/** Bytes are only copied, so that the parts keep the scale of the whole. */
function split({ input, outputs, axis }: Kind<'split'>, { copy, values }: Int8Context, node: GraphNode): void {
  const lengths = node.inputs.slice(1).map((value) => copy.name(value));
  const attributes = { ...node.attributes, axis: byteAxis(axis) };
  const names = copy.target.nodes('Split', [values.bytes(input), ...lengths], outputs.length, attributes);
  outputs.forEach((value, index) => {
    values.inherit(value, values.quantization(input));
    values.bindBytes(value, names[index] as string);
  });
}

/** The axis in NHWC of one in NCHW. */
function byteAxis(axis: 0 | 1): number {
  return axis === 0 ? 0 : 3;
}

function operand(value: string, { copy, values }: Int8Context): string[] {
  return [values.bytes(value), ...scalars(copy.target, values.quantization(value))];
}

function resultScalars(value: string, { copy, values }: Int8Context): string[] {
  return scalars(copy.target, values.quantization(value));
}

function convolutionInputs(
  { target }: GraphCopy,
  x: string,
  from: Quantization,
  { values, scales, bias }: QuantizedWeights,
  shape: readonly number[],
  to: Omit<Quantization, 'profile'>,
): string[] {
  const outputs = [scales.length];
  return [
    x,
    ...scalars(target, from),
    target.constant({ dtype: 'int8', shape, data: values }),
    target.float32(scales, outputs),
    target.constant({ dtype: 'int8', shape: outputs, data: new Int8Array(scales.length) }),
    ...scalars(target, to),
    target.int32(bias, outputs),
  ];
}
