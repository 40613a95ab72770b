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

/** A convolution on bytes. */
export function emitConvolution(
  node: GraphNode,
  { input, output }: Extract<PictureNode, { kind: 'convolution' }>,
  copy: GraphCopy,
  values: Int8Values,
  granularity: WeightGranularity,
): void {
  const constant = (name: string | undefined) => (name ? copy.source.constants.get(name) : undefined);
  const weights = constant(node.inputs[1]) as Constant;
  const [from, to] = [values.quantization(input), values.quantization(output)];
  const quantized = quantizeWeights({
    weights: weights.data as Float32Array,
    bias: constant(node.inputs[2])?.data as Float32Array | undefined,
    inputProfile: from.profile,
    inputScale: from.scale,
    outputProfile: to.profile,
    granularity,
  });
  const inputs = convolutionInputs(copy, values.bytes(input), from, quantized, weights.shape, to);
  values.bindBytes(output, copy.target.node(CONVOLUTION, inputs, { ...node.attributes, channels_last: 1 }));
}

/**
 * PReLU on bytes, which ONNX Runtime has no kernel for: x + (1 - slope) max(-x, 0). The second summand is a 1 x 1 depthwise
 * convolution whose result is cut at its zero point. Slopes must not exceed 1.
 */
export function emitPrelu(
  { input, output, slopes }: Extract<PictureNode, { kind: 'prelu' }>,
  copy: GraphCopy,
  values: Int8Values,
  { low }: ChannelRanges,
): void {
  const { target } = copy;
  const [from, to] = [values.quantization(input), values.quantization(output)];
  const weights = Float32Array.from(slopes, (slope) => slope - 1);
  let largest = 0;
  from.profile.forEach((size, channel) => {
    largest = Math.max(largest, ((weights[channel] as number) * (low[channel] as number)) / size);
  });
  const cut = { scale: largest / 255 || 1, zeroPoint: 0 };
  const ones = new Float64Array(1).fill(1);
  const quantized = quantizeWeights({
    weights,
    bias: undefined,
    inputProfile: ones,
    inputScale: from.scale,
    outputProfile: new Float64Array(slopes.length).fill(1),
  });
  const x = values.bytes(input);
  const inputs = convolutionInputs(copy, x, from, quantized, [slopes.length, 1, 1, 1], cut);
  const raised = target.node(CONVOLUTION, inputs, { group: slopes.length, channels_last: 1 });
  const operands = [x, ...scalars(target, from), raised, ...scalars(target, cut), ...scalars(target, to)];
  values.bindBytes(output, target.node('com.microsoft:QLinearAdd', operands));
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
