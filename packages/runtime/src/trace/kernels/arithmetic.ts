import * as tf from '../../tf.js';
import { type KernelCall, lowering } from '../lowering.js';

interface Operands {
  readonly a: tf.TensorInfo;
  readonly b: tf.TensorInfo;
}

type Combine = (call: KernelCall, a: string, b: string, dtype: 'float32' | 'int32') => string;

const node =
  (opType: string): Combine =>
  (call, a, b) =>
    call.graph.node(opType, [a, b]);

/** Integers cannot go through float32 (24 bits): a - (a mod b) divides exactly. */
const floorDivide: Combine = (call, a, b, dtype) => {
  if (dtype === 'int32') {
    const remainder = call.graph.node('Mod', [a, b]);
    return call.graph.node('Div', [call.graph.node('Sub', [a, remainder]), b]);
  }
  return call.cast(call.graph.node('Floor', [call.graph.node('Div', [a, b])]), 'int32');
};

/** The result takes the divisor's sign. */
const modulo: Combine = (call, a, b, dtype) => {
  if (dtype === 'int32') return call.graph.node('Mod', [a, b]);
  const { graph } = call;
  const zero = call.scalar(0);
  const remainder = graph.node('Mod', [a, b], { fmod: 1 });
  const sameSign = graph.node('Equal', [graph.node('Less', [a, zero]), graph.node('Less', [b, zero])]);
  const shifted = graph.node('Mod', [graph.node('Add', [remainder, b]), b], { fmod: 1 });
  return graph.node('Where', [sameSign, remainder, shifted]);
};

const squaredDifference: Combine = (call, a, b) => {
  const difference = call.graph.node('Sub', [a, b]);
  return call.graph.node('Mul', [difference, difference]);
};

/** Quadrants around atan(y / x). */
const atan2: Combine = (call, y, x) => {
  const { graph } = call;
  const zero = call.scalar(0);
  const half = call.scalar(Math.PI / 2);
  const atan = graph.node('Atan', [graph.node('Div', [y, x])]);
  const yNegative = graph.node('Less', [y, zero]);
  const turn = graph.node('Where', [yNegative, call.scalar(-Math.PI), call.scalar(Math.PI)]);
  const left = graph.node('Add', [atan, turn]);
  const vertical = graph.node('Where', [
    yNegative,
    call.scalar(-Math.PI / 2),
    graph.node('Where', [graph.node('Greater', [y, zero]), half, zero]),
  ]);
  const sided = graph.node('Where', [graph.node('Less', [x, zero]), left, atan]);
  return graph.node('Where', [graph.node('Equal', [x, zero]), vertical, sided]);
};

function arithmetic(kernel: string, combine: Combine): tf.KernelConfig {
  return lowering<Operands>(kernel, (call, { a, b }) => {
    const dtype = tf.upcastType(a.dtype, b.dtype);
    // ONNX has no arithmetic on bool: 0 and 1 as integers, and back.
    const work = dtype === 'float32' ? 'float32' : 'int32';
    const value = combine(call, call.as(a, work), call.as(b, work), work);
    return call.result(dtype === 'bool' ? call.cast(value, 'bool') : value);
  });
}

/** Binary arithmetic with broadcasting. */
export const arithmeticKernels = [
  arithmetic('Add', node('Add')),
  arithmetic('Sub', node('Sub')),
  arithmetic('Multiply', node('Mul')),
  arithmetic('RealDiv', node('Div')),
  arithmetic('Maximum', node('Max')),
  arithmetic('Minimum', node('Min')),
  arithmetic('Pow', node('Pow')),
  arithmetic('FloorDiv', floorDivide),
  arithmetic('Mod', modulo),
  arithmetic('SquaredDifference', squaredDifference),
  arithmetic('Atan2', atan2),
  lowering<Record<string, tf.TensorInfo>>('AddN', (call, inputs) => {
    const tensors = Object.values(inputs);
    if (tensors.every((tensor) => tensor.dtype === 'float32')) return call.emit('Sum', tensors);
    // ONNX's Sum takes floats only.
    const terms = tensors.map((tensor) => call.as(tensor, 'int32'));
    const total = terms.reduce((sum, term) => call.graph.node('Add', [sum, term]));
    return total === call.name(tensors[0] as tf.TensorInfo)
      ? call.same(tensors[0] as tf.TensorInfo)
      : call.result(total);
  }),
];
