import fc from 'fast-check';
import * as tf from '../../src/tf.js';
import { broadcasting, integer, type Kind, shapes } from './draw.js';
import { type ParityCase, parityCase } from './trial.js';

type Unary = (x: tf.Tensor) => tf.Tensor;

/** `kernel` on values of each of `kinds`; gradients on those of `smooth` kinds only. */
function unary(kernel: string, run: Unary, kinds: readonly Kind[] = ['smooth'], differentiable = true): ParityCase {
  return parityCase(kernel, fc.tuple(shapes(), fc.constantFrom(...kinds)), ([shape, kind], values) => ({
    inputs: [values.tensor(shape, kind)],
    run: run as (...tensors: tf.Tensor[]) => tf.Tensor,
    ...(differentiable && kind !== 'special' && kind !== 'nan' && kind !== 'int32' && { by: [0] }),
  }));
}

/** Functions of one tensor. */
export const unaryCases: readonly ParityCase[] = [
  unary('Abs', tf.abs, ['smooth', 'special', 'nan', 'int32']),
  unary('Acos', tf.acos, ['unit']),
  unary('Acosh', (x) => tf.acosh(tf.add(x, 1)), ['positive']),
  unary('Asin', tf.asin, ['unit']),
  unary('Asinh', tf.asinh),
  unary('Atan', tf.atan, ['smooth', 'special']),
  unary('Atanh', tf.atanh, ['unit']),
  unary('Ceil', tf.ceil, ['smooth', 'special']),
  unary('Cos', tf.cos),
  unary('Cosh', tf.cosh),
  unary('Elu EluGrad', tf.elu),
  // ONNX Runtime's exp(x) - 1 loses digits very near zero.
  unary('Elu', (x) => tf.elu(tf.floor(x)), ['special'], false),
  unary('Erf', tf.erf),
  unary('Exp', tf.exp, ['smooth', 'special', 'nan']),
  unary('Floor', tf.floor, ['smooth', 'special']),
  unary('IsInf', tf.isInf, ['nan'], false),
  unary('IsNan', tf.isNaN, ['nan'], false),
  unary('IsFinite', tf.isFinite, ['nan'], false),
  unary('Log', tf.log, ['positive', 'special', 'nan']),
  unary('Neg', tf.neg, ['smooth', 'special', 'int32']),
  unary('Reciprocal', tf.reciprocal, ['positive', 'special']),
  unary('Relu', tf.relu, ['smooth', 'special', 'ties']),
  unary('Round', tf.round, ['smooth', 'special']),
  unary('Selu', tf.selu),
  unary('Sigmoid', tf.sigmoid, ['smooth', 'special', 'nan']),
  unary('Sign', tf.sign, ['smooth', 'special']),
  unary('Sin', tf.sin),
  unary('Sinh', tf.sinh),
  unary('Softplus', tf.softplus),
  unary('Sqrt', tf.sqrt, ['positive', 'special']),
  unary('Tan', tf.tan, ['unit']),
  unary('Tanh', tf.tanh, ['smooth', 'special', 'nan']),
  unary('Expm1', tf.expm1),
  // The digits that exp(x) - 1 and log(1 + x) would lose, one element at a time.
  ...[tf.expm1, tf.log1p].map((run) =>
    parityCase(
      run === tf.expm1 ? 'Expm1' : 'Log1p',
      fc.double({ min: -6, max: -1, noNaN: true }),
      (exponent, values) => ({
        inputs: [values.filled([], 'float32', () => 10 ** exponent)],
        run,
        by: [0],
      }),
    ),
  ),
  unary('Log1p', tf.log1p, ['unit', 'positive']),
  unary('Relu6', (x) => tf.relu6(tf.mul(x, 5)), ['smooth', 'special']),
  unary('Rsqrt', tf.rsqrt, ['positive', 'special']),
  unary('Square', tf.square, ['smooth', 'special', 'int32']),
  unary('LogicalNot', (x) => tf.logicalNot(tf.cast(x, 'bool')), ['bool'], false),
  unary('Identity', (x) => tf.mul(tf.clone(x), 2)),
  unary('ZerosLike OnesLike', (x) => tf.add(tf.zerosLike(x), tf.onesLike(x)), ['smooth', 'int32']),
  ...['LeakyRelu', 'Step'].map((kernel) =>
    parityCase(
      kernel,
      fc.record({
        shape: shapes(),
        alpha: fc.constantFrom(0, 0.1, 0.25, 2),
        kind: fc.constantFrom('smooth', 'special'),
      }),
      ({ shape, alpha, kind }, values) => ({
        inputs: [values.tensor(shape, kind as Kind)],
        run: (x) => (kernel === 'Step' ? tf.step(x as tf.Tensor, alpha) : tf.leakyRelu(x as tf.Tensor, alpha)),
        ...(kind === 'smooth' && { by: [0] }),
      }),
    ),
  ),
  parityCase(
    'ClipByValue',
    fc.record({
      shape: shapes(),
      low: integer(-2, -1),
      high: integer(0, 2),
      kind: fc.constantFrom('smooth', 'special', 'int32'),
    }),
    ({ shape, low, high, kind }, values) => ({
      inputs: [values.tensor(shape, kind as Kind)],
      run: (x) => tf.clipByValue(x as tf.Tensor, low, high),
      ...(kind === 'smooth' && { by: [0] }),
    }),
  ),
  parityCase('Prelu', shapes(1), (shape, values) => ({
    inputs: [values.tensor(shape), values.tensor(shape.slice(-1))],
    run: (x, alpha) => tf.prelu(x as tf.Tensor, alpha as tf.Tensor),
    by: [0, 1],
  })),
  parityCase(
    'Cast',
    fc.record({
      shape: shapes(),
      from: fc.constantFrom<Kind[]>('smooth', 'ties', 'int32', 'bool'),
      to: fc.constantFrom('float32', 'int32', 'bool'),
    }),
    ({ shape, from, to }, values) => ({
      inputs: [values.tensor(shape, from)],
      // The unlike types make sure of one conversion at least.
      run: (x) => [tf.cast(x as tf.Tensor, to as 'int32'), tf.cast(tf.cast(x as tf.Tensor, 'int32'), 'float32')],
      ...(from === 'smooth' && to === 'float32' && { by: [0] }),
    }),
  ),
];

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** `kernel` on two tensors that broadcast, of every pair of `kinds`. */
function binary(
  kernel: string,
  run: Binary,
  kinds: readonly (readonly [Kind, Kind])[],
  differentiable = true,
  shapePairs: fc.Arbitrary<[number[], number[]]> = broadcasting,
): ParityCase {
  return parityCase(kernel, fc.tuple(shapePairs, fc.constantFrom(...kinds)), ([[a, b], [left, right]], values) => {
    const smooth = [left, right].every((kind) => kind === 'smooth' || kind === 'positive');
    return {
      inputs: [values.tensor(a, left), values.tensor(b, right)],
      run: (x, y) => run(x as tf.Tensor, y as tf.Tensor),
      ...(differentiable && smooth && { by: [0, 1] }),
    };
  });
}

const numeric = [
  ['smooth', 'smooth'],
  ['smooth', 'smooth'],
  ['int32', 'int32'],
  ['int32', 'smooth'],
  ['bool', 'int32'],
  ['special', 'special'],
] as const;

const comparable = [
  ['ties', 'ties'],
  ['nan', 'nan'],
  ['int32', 'int32'],
  ['ties', 'int32'],
  ['bool', 'bool'],
  ['bool', 'int32'],
] as const;

/** `a` where the condition holds, else `b`, as a sum of products. */
function chosen(condition: tf.Tensor, a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const first = tf.cast(condition, 'float32');
  return tf.add(tf.mul(a, first), tf.mul(b, tf.sub(1, first)));
}

const nonZero = (x: tf.Tensor) => tf.where(tf.equal(x, 0), tf.onesLike(x), x);

/** Functions of two tensors, with broadcasting. */
export const binaryCases: readonly ParityCase[] = [
  binary('Add', tf.add, numeric),
  binary('Sub', tf.sub, numeric),
  binary('Multiply', tf.mul, numeric),
  binary('RealDiv', tf.div, [
    ['smooth', 'positive'],
    ['special', 'special'],
    ['int32', 'positive'],
  ]),
  ...(
    [
      ['Maximum', tf.maximum, (a: tf.Tensor, b: tf.Tensor) => chosen(tf.greaterEqual(a, b), a, b)],
      ['Minimum', tf.minimum, (a: tf.Tensor, b: tf.Tensor) => chosen(tf.lessEqual(a, b), a, b)],
      ['SquaredDifference', tf.squaredDifference, (a: tf.Tensor, b: tf.Tensor) => tf.square(tf.sub(a, b))],
    ] as const
  ).flatMap(([kernel, run, composed]) => [
    binary(kernel, run, [...numeric.filter(([kind]) => kind !== 'special'), ['nan', 'nan']], false),
    // Shapes that broadcast, and equal numbers.
    parityCase(kernel, fc.tuple(broadcasting, fc.constantFrom<Kind[]>('smooth', 'ties')), ([[a, b], kind], values) => ({
      inputs: [values.tensor(a, kind), values.tensor(b, kind)],
      run: (x, y) => run(x as tf.Tensor, y as tf.Tensor),
      reference: (x, y) => composed(x as tf.Tensor, y as tf.Tensor),
      by: [0, 1],
    })),
  ]),
  binary(
    'FloorDiv',
    (a, b) => tf.floorDiv(a, nonZero(b)),
    [
      ['int32', 'int32'],
      ['smooth', 'smooth'],
      ['ties', 'ties'],
    ],
    false,
  ),
  binary('Mod', (a, b) => tf.mod(a, nonZero(b)), [
    ['int32', 'int32'],
    ['ties', 'ties'],
    ['smooth', 'positive'],
  ]),
  binary('Pow', tf.pow, [
    ['positive', 'smooth'],
    ['ties', 'ties'],
    ['smooth', 'ties'],
    ['smooth', 'int32'],
  ]),
  binary('Pow', (a, b) => tf.pow(a, tf.abs(b)), [['int32', 'int32']]),
  // A negative base with a whole exponent: the gradient by the base is finite.
  parityCase('Pow', fc.tuple(shapes(), integer(-3, 4)), ([shape, exponent], values) => ({
    inputs: [values.tensor(shape)],
    run: (x) => tf.pow(x as tf.Tensor, exponent),
    by: [0],
  })),
  binary('Atan2', tf.atan2, [
    ['smooth', 'smooth'],
    ['ties', 'ties'],
  ]),
  binary('Equal', tf.equal, comparable),
  binary('NotEqual', tf.notEqual, comparable),
  binary('Greater', tf.greater, comparable),
  binary('GreaterEqual', tf.greaterEqual, comparable),
  binary('Less', tf.less, comparable),
  binary('LessEqual', tf.lessEqual, comparable),
  binary('LogicalAnd', tf.logicalAnd, [['bool', 'bool']]),
  binary('LogicalOr', tf.logicalOr, [['bool', 'bool']]),
  // The public op is composed of others.
  parityCase('LogicalXor', broadcasting, ([a, b], values) => ({
    inputs: [values.tensor(a, 'bool'), values.tensor(b, 'bool')],
    run: (x, y) => tf.engine().runKernel('LogicalXor', { a: x, b: y } as tf.NamedTensorMap) as tf.Tensor,
    reference: (x, y) => tf.logicalXor(x as tf.Tensor, y as tf.Tensor),
  })),
  // A step has no slope, but a condition made of what is differentiated must not stop the gradient.
  ...(
    [
      ['Greater', tf.greater],
      ['GreaterEqual', tf.greaterEqual],
      ['Less', tf.less],
      ['LessEqual', tf.lessEqual],
      ['Equal', tf.equal],
      ['NotEqual', tf.notEqual],
      ['LogicalAnd', (a: tf.Tensor, b: tf.Tensor) => tf.logicalAnd(tf.greater(a, 0), tf.greater(b, 0))],
      ['LogicalOr', (a: tf.Tensor, b: tf.Tensor) => tf.logicalOr(tf.greater(a, 0), tf.greater(b, 0))],
      ['LogicalNot', (a: tf.Tensor, b: tf.Tensor) => tf.logicalNot(tf.greater(a, b))],
    ] as const
  ).map(([kernel, condition]) =>
    parityCase(`${kernel} Select`, shapes(), (shape, values) => ({
      inputs: [values.tensor(shape), values.tensor(shape)],
      run: (a, b) => tf.where(condition(a as tf.Tensor, b as tf.Tensor), tf.mul(a as tf.Tensor, 3), b as tf.Tensor),
      by: [0, 1],
    })),
  ),
  parityCase(
    'Select',
    fc.record({ shape: shapes(1), rows: fc.boolean(), kind: fc.constantFrom<Kind[]>('smooth', 'int32', 'bool') }),
    ({ shape, rows, kind }, values) => ({
      inputs: [
        values.tensor(rows ? shape.slice(0, 1) : shape, 'bool'),
        values.tensor(shape, kind),
        values.tensor(shape, kind),
      ],
      // tf.where takes a rank-1 condition along the last axis, its kernel for rows.
      run: (condition, t, e) => tf.engine().runKernel('Select', { condition, t, e } as tf.NamedTensorMap) as tf.Tensor,
      // Without another's gradient and, for rows, another's kernel, which repeats the first elements of its operands.
      reference: (condition, t, e) => {
        const mask = tf.reshape(condition as tf.Tensor, rows ? [-1, ...shape.slice(1).map(() => 1)] : shape);
        const [first, second] = [tf.cast(t as tf.Tensor, 'float32'), tf.cast(e as tf.Tensor, 'float32')];
        return tf.cast(chosen(mask, first, second), kind === 'smooth' ? 'float32' : (kind as 'int32'));
      },
      ...(kind === 'smooth' && { by: [1, 2] }),
    }),
  ),
  parityCase(
    'AddN',
    fc.tuple(shapes(), integer(1, 4), fc.constantFrom('smooth', 'int32')),
    ([shape, count, kind], values) => ({
      inputs: Array.from({ length: count }, () => values.tensor(shape, kind as Kind)),
      run: (...tensors) => tf.addN(tensors),
      ...(kind === 'smooth' && { by: [0, count - 1].slice(0, count) }),
    }),
  ),
];
