import type { GraphNode, ValueInfo } from '../graph/graph.js';
import { invertPermutation, permute, TO_CHANNELS_FIRST } from '../graph/permutation.js';

/** Where an NHWC axis lies in NCHW. */
const MOVED = invertPermutation(TO_CHANNELS_FIRST);

/** How a node computes the same on NCHW values. */
export interface ChannelsFirstForm {
  /** Indices of the inputs that are pictures or broadcast against them; the others keep their form. */
  readonly pictures: readonly number[];
  /** Whole-number inputs that replace those of the NHWC form, by index. */
  readonly integers?: Readonly<Record<number, readonly number[]>>;
  readonly attributes?: Readonly<Record<string, number>>;
  /** The outputs lost axes and are the same in both forms. */
  readonly outputsPlain?: boolean;
}

/** What rules may ask. */
export interface RuleContext {
  info(value: string): ValueInfo | undefined;
  integersOf(value: string): number[] | undefined;
}

type Rule = (node: GraphNode, context: RuleContext) => ChannelsFirstForm | undefined;

/** The NCHW form of a node whose picture is `[B, H, W, C]`; undefined if there is none. */
export function channelsFirstForm(node: GraphNode, context: RuleContext): ChannelsFirstForm | undefined {
  return rules[node.opType]?.(node, context);
}

const everyInput: Rule = (node, { info }) => {
  if (info(node.outputs[0] as string)?.shape.length !== 4) return undefined;
  return { pictures: node.inputs.flatMap((input, index) => (input === '' ? [] : [index])) };
};

const firstInput: Rule = (node, { info }) =>
  info(node.inputs[0] as string)?.shape.length === 4 ? { pictures: [0] } : undefined;

function movedAxis(axis: number): number {
  return MOVED[axis < 0 ? axis + 4 : axis] as number;
}

/** Concat joins every input, Split has one. */
const alongAxis: Rule = (node, { info }) => {
  const axis = node.attributes.axis;
  if (info(node.inputs[0] as string)?.shape.length !== 4 || typeof axis !== 'number') return undefined;
  const pictures = node.opType === 'Concat' ? node.inputs.map((_, index) => index) : [0];
  return { pictures, attributes: { axis: movedAxis(axis) } };
};

/** Over channels only where they come last: elsewhere ONNX Runtime moves them there and back, several times as slowly as nodes do. */
const softmax: Rule = (node, context) => {
  const { axis } = node.attributes;
  return axis === 3 || axis === -1 ? undefined : alongAxis(node, context);
};

const slice: Rule = (node, { info, integersOf }) => {
  const axes = node.inputs[3] ? integersOf(node.inputs[3]) : undefined;
  if (info(node.inputs[0] as string)?.shape.length !== 4 || axes === undefined) return undefined;
  return { pictures: [0], integers: { 3: axes.map(movedAxis) } };
};

const pad: Rule = (node, { info, integersOf }) => {
  const pads = integersOf(node.inputs[1] as string);
  if (info(node.inputs[0] as string)?.shape.length !== 4 || pads?.length !== 8 || node.inputs.length > 3) {
    return undefined;
  }
  const both = [pads.slice(0, 4), pads.slice(4)].flatMap((side) => permute(side, TO_CHANNELS_FIRST));
  return { pictures: [0], integers: { 1: both } };
};

const expand: Rule = (node, { integersOf }) => {
  const shape = integersOf(node.inputs[1] as string);
  return shape?.length === 4 ? { pictures: [0], integers: { 1: permute(shape, TO_CHANNELS_FIRST) } } : undefined;
};

const reduction: Rule = (node, { info, integersOf }) => {
  const axes = node.inputs[1] ? integersOf(node.inputs[1]) : undefined;
  const shape = info(node.inputs[0] as string)?.shape;
  if (shape?.length !== 4 || axes === undefined) return undefined;
  const moved = axes.map(movedAxis);
  const integers = { 1: moved };
  if (node.attributes.keepdims !== 0) return { pictures: [0], integers };
  const gone = new Set(moved);
  // What is left must not change places, not even an axis of one value: channels alone, or no channels.
  const left = MOVED.filter((axis) => !gone.has(axis));
  const ordered = left.every((axis, index) => index === 0 || axis > (left[index - 1] as number));
  return ordered ? { pictures: [0], integers, outputsPlain: true } : undefined;
};

const elementwise =
  'Add Sub Mul Div Max Min Sum Pow Mod Where And Or Xor Equal Greater GreaterOrEqual Less LessOrEqual PRelu';
const unary =
  'Abs Acos Acosh Asin Asinh Atan Atanh Cast Ceil Clip Cos Cosh Elu Erf Exp Floor HardSigmoid Identity IsInf IsNaN ' +
  'LeakyRelu Log Neg Not Reciprocal Relu Round Selu Sigmoid Sign Sin Sinh Softplus Sqrt Tan Tanh';

function entries(names: string, rule: Rule): Record<string, Rule> {
  return Object.fromEntries(names.split(' ').map((name) => [name, rule]));
}

const rules: Readonly<Record<string, Rule>> = {
  ...entries(elementwise, everyInput),
  ...entries(unary, firstInput),
  ...entries('Concat Split', alongAxis),
  ...entries('Softmax LogSoftmax', softmax),
  ...entries('ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceSumSquare ReduceL2', reduction),
  Expand: expand,
  Fence: firstInput,
  Slice: slice,
  Pad: pad,
};
