import fc from 'fast-check';
import * as tf from '../../src/tf.js';
import { integer, type Kind, shapeAndAxes, shapeAndAxis, shapes } from './draw.js';
import { type ParityCase, parityCase } from './trial.js';

type Reduce = (x: tf.Tensor, axes?: number[], keepDims?: boolean) => tf.Tensor;

const everything = fc.record({ at: shapeAndAxes(0, 4), all: fc.boolean(), keepDims: fc.boolean() });

function reduction(kernel: string, run: Reduce, kinds: readonly Kind[], differentiable = true): ParityCase {
  return parityCase(
    kernel,
    fc.tuple(everything, fc.constantFrom(...kinds)),
    ([{ at, all, keepDims }, kind], values) => ({
      inputs: [values.tensor(at.shape, kind)],
      run: (x) => run(x as tf.Tensor, all ? undefined : at.axes, keepDims),
      ...(differentiable && (kind === 'smooth' || kind === 'ties' || kind === 'positive') && { by: [0] }),
    }),
  );
}

/** The entries along one axis. */
const parts = (x: tf.Tensor, axis: number): tf.Tensor[] =>
  tf.split(x, x.shape.at(axis) as number, axis).map((part) => tf.squeeze(part, [axis < 0 ? axis + x.rank : axis]));

/** Reductions, orders and statistics. */
export const reductionCases: readonly ParityCase[] = [
  reduction('Sum', tf.sum, ['smooth', 'int32', 'bool', 'nan']),
  reduction('Mean', tf.mean, ['smooth', 'int32', 'bool']),
  // Ties share or take the whole slope, as TensorFlow.js decides.
  reduction('Max', tf.max, ['smooth', 'ties', 'int32', 'special']),
  reduction('Min', tf.min, ['smooth', 'ties', 'int32', 'special']),
  reduction('Prod', tf.prod, ['positive', 'bool'], false),
  // Few enough to stay within 32 bits.
  parityCase('Prod', shapeAndAxes(1, 2), ({ shape, axes }, values) => ({
    inputs: [
      values.integers(
        shape.map((extent) => Math.min(extent, 3)),
        -4,
        4,
      ),
    ],
    run: (x) => tf.prod(x as tf.Tensor, axes),
  })),
  // Zeros among the factors, and axes counted from the end.
  parityCase(
    'Prod Cumprod',
    fc.tuple(shapeAndAxis(1, 3), fc.constantFrom<Kind[]>('smooth', 'ties')),
    ([{ shape, axis }, kind], values) => ({
      inputs: [values.tensor(shape, kind)],
      run: (x) => tf.prod(x as tf.Tensor, axis),
      reference: (x) => parts(x as tf.Tensor, axis).reduce((a, b) => tf.mul(a, b)),
      by: [0],
    }),
  ),
  reduction('All', tf.all, ['bool'], false),
  reduction('Any', tf.any, ['bool'], false),
  ...(
    [
      ['ArgMax', tf.argMax],
      ['ArgMin', tf.argMin],
    ] as const
  ).map(([kernel, run]) =>
    parityCase(
      kernel,
      fc.tuple(shapeAndAxis(), fc.constantFrom<Kind[]>('smooth', 'ties', 'int32')),
      ([{ shape, axis }, kind], values) => ({
        inputs: [values.tensor(shape, kind)],
        run: (x) => run(x as tf.Tensor, axis),
      }),
    ),
  ),
  parityCase('Softmax', shapes(1), (shape, values) => ({
    inputs: [values.tensor(shape)],
    run: (x) => tf.softmax(x as tf.Tensor),
    by: [0],
  })),
  parityCase('LogSoftmax', shapes(1), (shape, values) => ({
    inputs: [values.tensor(shape)],
    run: (x) =>
      tf.engine().runKernel('LogSoftmax', { logits: x as tf.Tensor }, { axis: shape.length - 1 }) as tf.Tensor,
    // The public op is composed of others.
    reference: (x) => tf.logSoftmax(x as tf.Tensor),
    by: [0],
  })),
  // Numbers whose exponentials do not fit into a float.
  parityCase('Softmax LogSoftmax', shapes(1), (shape, values) => ({
    inputs: [values.tensor(shape)],
    run: (x) => {
      const logits = tf.mul(x as tf.Tensor, 200);
      const logarithm = tf.engine().runKernel('LogSoftmax', { logits }, { axis: shape.length - 1 }) as tf.Tensor;
      return [tf.softmax(logits), logarithm];
    },
    reference: (x) => [tf.softmax(tf.mul(x as tf.Tensor, 200)), tf.logSoftmax(tf.mul(x as tf.Tensor, 200))],
  })),
  ...(
    [
      ['Cumsum', tf.cumsum],
      ['Cumprod', tf.cumprod],
    ] as const
  ).map(([kernel, run]) =>
    parityCase(
      kernel,
      fc.record({
        at: shapeAndAxis(),
        exclusive: fc.boolean(),
        reverse: fc.boolean(),
        kind: fc.constantFrom<Kind[]>('smooth', 'ties', 'int32'),
      }),
      ({ at, exclusive, reverse, kind }, values) => ({
        inputs: [values.tensor(at.shape, kind)],
        run: (x) => run(x as tf.Tensor, at.axis, exclusive, reverse),
        // One step after the other; the rows of an axis joined again.
        reference: (x) => {
          const steps = parts(x as tf.Tensor, at.axis);
          const forward = reverse ? steps.toReversed() : steps;
          const start =
            kernel === 'Cumsum' ? tf.zerosLike(forward[0] as tf.Tensor) : tf.onesLike(forward[0] as tf.Tensor);
          const totals: tf.Tensor[] = [];
          forward.reduce((before, step) => {
            const next = kernel === 'Cumsum' ? tf.add(before, step) : tf.mul(before, step);
            totals.push(exclusive ? before : next);
            return next;
          }, start);
          return tf.stack(reverse ? totals.toReversed() : totals, at.axis < 0 ? at.axis + at.shape.length : at.axis);
        },
        ...(kind !== 'int32' && { by: [0] }),
      }),
    ),
  ),
  parityCase(
    'TopK',
    fc.tuple(shapes(1, 3, 9), integer(1, 9), fc.constantFrom<Kind[]>('smooth', 'ties', 'int32')),
    ([shape, k, kind], values) => ({
      inputs: [values.tensor(shape, kind)],
      run: (x) => {
        const { values: largest, indices } = tf.topk(x as tf.Tensor, Math.min(k, shape.at(-1) as number), true);
        return [largest, indices];
      },
    }),
  ),
  // Its gradient reaches the values that were taken.
  parityCase('TopK', fc.tuple(shapes(1, 3, 9), integer(1, 9)), ([shape, k], values) => {
    const extent = shape.at(-1) as number;
    const sorted = (x: tf.Tensor) => tf.topk(x, Math.min(k, extent), true);
    return {
      inputs: [values.tensor(shape)],
      run: (x) => sorted(x as tf.Tensor).values,
      reference: (x) => {
        const places = tf.customGrad((y) => ({
          value: tf.cast(
            tf.equal(tf.expandDims(sorted(y as tf.Tensor).indices, -1), tf.range(0, extent, 1, 'int32')),
            'float32',
          ),
          gradFunc: () => tf.zerosLike(y as tf.Tensor),
        }))(x as tf.Tensor);
        return tf.sum(tf.mul(places, tf.expandDims(x as tf.Tensor, -2)), -1);
      },
      by: [0],
    };
  }),
  // Without order only the set of values is defined.
  parityCase('TopK', fc.tuple(shapes(1, 3, 9), integer(1, 9)), ([shape, k], values) => ({
    inputs: [values.tensor(shape, 'ties')],
    run: (x) => tf.sum(tf.topk(x as tf.Tensor, Math.min(k, shape.at(-1) as number), false).values, -1),
  })),
  parityCase(
    'FusedBatchNorm',
    fc.record({
      shape: shapes(4, 4),
      scale: fc.boolean(),
      offset: fc.boolean(),
      epsilon: fc.constantFrom(1e-3, 1e-5, 0.5),
    }),
    ({ shape, scale, offset, epsilon }, values) => {
      const channels = shape.slice(-1);
      return {
        inputs: [
          values.tensor(shape),
          values.tensor(channels),
          values.tensor(channels, 'positive'),
          ...(offset ? [values.tensor(channels)] : []),
          ...(scale ? [values.tensor(channels)] : []),
        ],
        run: (x, mean, variance, ...rest) =>
          tf.batchNorm(
            x as tf.Tensor4D,
            mean as tf.Tensor1D,
            variance as tf.Tensor1D,
            offset ? (rest[0] as tf.Tensor1D) : undefined,
            scale ? (rest[offset ? 1 : 0] as tf.Tensor1D) : undefined,
            epsilon,
          ),
        // TensorFlow.js cannot differentiate it without them.
        ...(offset && scale && { by: [0, 1, 2, 3, 4] }),
      };
    },
  ),
];
