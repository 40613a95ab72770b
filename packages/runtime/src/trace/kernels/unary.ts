import type { Attributes } from '../../graph/graph.js';
import type * as tf from '../../tf.js';
import { type KernelCall, lowering } from '../lowering.js';

interface Operand {
  readonly x: tf.TensorInfo;
}

type Apply = (call: KernelCall, x: string) => string;

const direct = (kernel: string, opType = kernel, attributes: Attributes = {}): tf.KernelConfig =>
  lowering<Operand>(kernel, (call, { x }) => call.emit(opType, [x], attributes));

const composed = (kernel: string, apply: Apply): tf.KernelConfig =>
  lowering<Operand>(kernel, (call, { x }) => call.result(apply(call, call.name(x))));

/** tanh(x/2) (e^x + 1): keeps the digits that e^x - 1 loses near zero. */
const expm1: Apply = (call, x) => {
  const { graph } = call;
  const half = graph.node('Tanh', [graph.node('Mul', [x, call.scalar(0.5)])]);
  const exponential = graph.node('Exp', [x]);
  const near = graph.node('Mul', [half, graph.node('Add', [exponential, call.scalar(1)])]);
  const far = graph.node('Sub', [exponential, call.scalar(1)]);
  return graph.node('Where', [graph.node('Less', [graph.node('Abs', [x]), call.scalar(0.5)]), near, far]);
};

/** 2 atanh(x / (2 + x)) near zero, log(1 + x) elsewhere. */
const log1p: Apply = (call, x) => {
  const { graph } = call;
  const ratio = graph.node('Div', [x, graph.node('Add', [x, call.scalar(2)])]);
  const near = graph.node('Mul', [graph.node('Atanh', [ratio]), call.scalar(2)]);
  const far = graph.node('Log', [graph.node('Add', [x, call.scalar(1)])]);
  return graph.node('Where', [graph.node('Less', [graph.node('Abs', [x]), call.scalar(0.5)]), near, far]);
};

const finite: Apply = (call, x) =>
  call.graph.node('Not', [call.graph.node('Or', [call.graph.node('IsNaN', [x]), call.graph.node('IsInf', [x])])]);

/** Functions of one tensor, element by element. */
export const unaryKernels = [
  direct('Abs'),
  direct('Acos'),
  direct('Acosh'),
  direct('Asin'),
  direct('Asinh'),
  direct('Atan'),
  direct('Atanh'),
  direct('Ceil'),
  direct('Cos'),
  direct('Cosh'),
  direct('Elu', 'Elu', { alpha: 1 }),
  direct('Erf'),
  direct('Exp'),
  direct('Floor'),
  direct('IsInf'),
  direct('IsNan', 'IsNaN'),
  direct('Log'),
  direct('Neg'),
  direct('Reciprocal'),
  direct('Relu'),
  direct('Round'),
  direct('Selu', 'Selu', { alpha: 1.6732632423543772, gamma: 1.0507009873554805 }),
  direct('Sigmoid'),
  direct('Sign'),
  direct('Sin'),
  direct('Sinh'),
  direct('Softplus'),
  direct('Sqrt'),
  direct('Tan'),
  direct('Tanh'),
  composed('Expm1', expm1),
  composed('Log1p', log1p),
  composed('IsFinite', finite),
  composed('Relu6', (call, x) => call.graph.node('Clip', [x, call.scalar(0), call.scalar(6)])),
  composed('Rsqrt', (call, x) => call.graph.node('Div', [call.scalar(1), call.graph.node('Sqrt', [x])])),
  composed('Square', (call, x) => call.graph.node('Mul', [x, x])),
  lowering<Operand, { alpha: number }>('LeakyRelu', (call, { x }, { alpha }) => call.emit('LeakyRelu', [x], { alpha })),
  lowering<Operand, { alpha: number }>('Step', (call, { x }, { alpha }) => {
    const { graph } = call;
    const value = call.name(x);
    const flat = graph.node('Where', [
      graph.node('Greater', [value, call.scalar(0)]),
      call.scalar(1),
      call.scalar(alpha),
    ]);
    return call.result(graph.node('Where', [graph.node('IsNaN', [value]), value, flat]));
  }),
  lowering<Operand, { clipValueMin: number; clipValueMax: number }>(
    'ClipByValue',
    (call, { x }, { clipValueMin, clipValueMax }) => {
      const dtype = x.dtype === 'int32' ? 'int32' : 'float32';
      const bounds = [call.scalar(clipValueMin, dtype), call.scalar(clipValueMax, dtype)];
      return call.result(call.graph.node('Clip', [call.as(x, dtype), ...bounds]));
    },
  ),
  lowering<{ x: tf.TensorInfo; alpha: tf.TensorInfo }>('Prelu', (call, { x, alpha }) => call.emit('PRelu', [x, alpha])),
  lowering<{ dy: tf.TensorInfo; y: tf.TensorInfo }>('EluGrad', (call, { dy, y }) => {
    const { graph } = call;
    const [slope, value] = [call.name(dy), call.name(y)];
    const below = graph.node('Mul', [slope, graph.node('Add', [value, call.scalar(1)])]);
    return call.result(graph.node('Where', [graph.node('GreaterOrEqual', [value, call.scalar(0)]), slope, below]));
  }),
];
