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
  // TensorFlow.js cannot differentiate it by axes counted from the end.
  parityCase('Prod Cumprod', shapeAndAxis(1, 3), ({ shape, axis }, values) => ({
    inputs: [values.tensor(shape)],
    run: (x) => tf.prod(x as tf.Tensor, axis < 0 ? axis + shape.length : axis),
    by: [0],
  })),
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
        kind: fc.constantFrom<Kind[]>('smooth', 'int32'),
      }),
      ({ at, exclusive, reverse, kind }, values) => ({
        inputs: [values.tensor(at.shape, kind)],
        run: (x) => run(x as tf.Tensor, at.axis + (at.axis < 0 ? at.shape.length : 0), exclusive, reverse),
        // TensorFlow.js takes axes from the end for others here, mixes axes up in gradients along other than the last,
        // and has no gradient of running products.
        ...(kind === 'smooth' && kernel === 'Cumsum' && at.axis === at.shape.length - 1 && { by: [0] }),
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

const leading = shapes(0, 2, 3);

/** Matrix products. */
export const matrixCases: readonly ParityCase[] = [
  parityCase(
    'BatchMatMul',
    fc.record({
      batch: leading,
      side: integer(0, 2),
      n: integer(1, 6),
      k: integer(1, 6),
      m: integer(1, 6),
      ta: fc.boolean(),
      tb: fc.boolean(),
      kind: fc.constantFrom<Kind[]>('smooth', 'smooth', 'int32'),
    }),
    ({ batch, side, n, k, m, ta, tb, kind }, values) => {
      // TensorFlow.js broadcasts batches forward; its gradient wants them equal.
      const other = side === 0 ? batch : batch.map(() => 1);
      return {
        inputs: [
          values.tensor([...batch, ...(ta ? [k, n] : [n, k])], kind),
          values.tensor([...other, ...(tb ? [m, k] : [k, m])], kind),
        ],
        run: (a, b) => tf.matMul(a as tf.Tensor, b as tf.Tensor, ta, tb),
        ...(kind === 'smooth' && side === 0 && { by: [0, 1] }),
      };
    },
  ),
  parityCase(
    'Einsum',
    fc.record({
      equation: fc.constantFrom(
        'ij,jk->ik',
        'bij,bkj->bik',
        'bhwc,bc->bhw',
        'ij->ji',
        'bij->b',
        'i,j->ij',
        'bic,bjc->bji',
      ),
      extents: fc.record({
        i: integer(1, 4),
        j: integer(1, 4),
        k: integer(1, 4),
        b: integer(1, 3),
        h: integer(1, 3),
        w: integer(1, 3),
        c: integer(1, 4),
      }),
    }),
    ({ equation, extents }, values) => ({
      inputs: (equation.split('->')[0] as string)
        .split(',')
        .map((letters) => values.tensor([...letters].map((letter) => extents[letter as keyof typeof extents]))),
      run: (...tensors) => tf.einsum(equation, ...tensors),
    }),
  ),
];

/** Reading and adding at computed positions. */
export const gatheringCases: readonly ParityCase[] = [
  parityCase(
    'GatherV2',
    fc.record({
      at: shapeAndAxis(1, 4),
      indices: shapes(0, 3),
      kind: fc.constantFrom<Kind[]>('smooth', 'int32', 'bool'),
    }),
    ({ at: { shape, axis }, indices, kind }, values) => ({
      inputs: [values.tensor(shape, kind), values.integers(indices, 0, (shape.at(axis) as number) - 1)],
      run: (x, i) => tf.gather(x as tf.Tensor, i as tf.Tensor, axis),
      ...(kind === 'smooth' && { by: [0] }),
    }),
  ),
  parityCase(
    'GatherV2',
    fc.record({
      batch: shapes(1, 2, 3),
      outer: shapes(0, 1, 3),
      extent: integer(1, 5),
      inner: shapes(0, 2, 3),
      indices: shapes(1, 2, 4),
    }),
    ({ batch, outer, extent, inner, indices }, values) => ({
      inputs: [
        values.tensor([...batch, ...outer, extent, ...inner]),
        values.integers([...batch, ...indices], 0, extent - 1),
      ],
      run: (x, i) => tf.gather(x as tf.Tensor, i as tf.Tensor, batch.length + outer.length, batch.length),
    }),
  ),
  parityCase(
    'GatherNd',
    shapes(1, 4, 4).chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        depth: integer(1, shape.length),
        rows: shapes(0, 2, 4),
        kind: fc.constantFrom<Kind[]>('smooth', 'int32'),
      }),
    ),
    ({ shape, depth, rows, kind }, values) => {
      const low = Math.min(...shape.slice(0, depth));
      return {
        inputs: [values.tensor(shape, kind), values.integers([...rows, depth], 0, low - 1)],
        run: (x, i) => tf.gatherND(x as tf.Tensor, i as tf.Tensor),
      };
    },
  ),
  parityCase(
    'ScatterNd',
    shapes(1, 4, 4).chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        depth: integer(1, shape.length),
        rows: shapes(1, 2, 9),
        kind: fc.constantFrom<Kind[]>('smooth', 'int32'),
      }),
    ),
    ({ shape, depth, rows, kind }, values) => {
      const low = Math.min(...shape.slice(0, depth));
      return {
        // Small extents and many rows: most places are hit more than once.
        inputs: [values.integers([...rows, depth], 0, low - 1), values.tensor([...rows, ...shape.slice(depth)], kind)],
        run: (i, updates) => tf.scatterND(i as tf.Tensor, updates as tf.Tensor, shape),
      };
    },
  ),
  parityCase(
    'TensorScatterUpdate',
    fc.tuple(integer(1, 8), integer(1, 8), shapes(0, 2, 3), fc.constantFrom<Kind[]>('smooth', 'int32')),
    ([extent, count, inner, kind], values) => {
      // Each place once: which of two updates wins is not defined.
      const places = values.permutation(extent).slice(0, Math.min(count, extent));
      return {
        inputs: [
          values.tensor([extent, ...inner], kind),
          values.filled([places.length, 1], 'int32', (i) => places[i] as number),
          values.tensor([places.length, ...inner], kind),
        ],
        run: (x, i, updates) => tf.tensorScatterUpdate(x as tf.Tensor, i as tf.Tensor, updates as tf.Tensor),
      };
    },
  ),
  parityCase(
    'UnsortedSegmentSum',
    fc.record({
      rows: integer(1, 40),
      inner: shapes(0, 2, 4),
      segments: integer(1, 6),
      outside: fc.boolean(),
      kind: fc.constantFrom<Kind[]>('smooth', 'int32'),
    }),
    ({ rows, inner, segments, outside, kind }, values) => ({
      // Rows of negative segments are dropped.
      inputs: [values.tensor([rows, ...inner], kind), values.integers([rows], outside ? -3 : 0, segments - 1)],
      run: (x, ids) => tf.unsortedSegmentSum(x as tf.Tensor, ids as tf.Tensor1D, segments),
      // TensorFlow.js's kernel makes floats of integers.
      ...(kind === 'int32' && {
        reference: (...[x, ids]: tf.Tensor[]) =>
          tf.cast(tf.unsortedSegmentSum(x as tf.Tensor, ids as tf.Tensor1D, segments), 'int32'),
      }),
      ...(kind === 'smooth' && { by: [0] }),
    }),
  ),
];
