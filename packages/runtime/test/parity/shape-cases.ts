import fc from 'fast-check';
import * as tf from '../../src/tf.js';
import { integer, type Kind, shapeAndAxes, shapeAndAxis, shapes } from './draw.js';
import { type ParityCase, parityCase } from './trial.js';

const anyKind = fc.constantFrom<Kind[]>('smooth', 'int32', 'bool');

/** Differentiated by the first input where it is a float. */
const ifSmooth = (kind: Kind) => (kind === 'smooth' ? { by: [0] } : {});

/** What begins and ends in each axis of a slice, by fractions of the extents. */
const ranges = (shape: readonly number[]) =>
  fc.tuple(
    ...shape.map((extent) =>
      integer(0, extent - 1).chain((begin) => integer(1, extent - begin).map((size) => ({ begin, size }))),
    ),
  );

const paddings = (limit: (extent: number) => number, minRank = 1) =>
  shapes(minRank, 4).chain((shape) =>
    fc
      .tuple(...shape.map((extent) => fc.tuple(integer(0, limit(extent)), integer(0, limit(extent)))))
      .map((pads) => ({ shape, pads: pads as [number, number][] })),
  );

/** Shapes, order and type. */
export const shapingCases: readonly ParityCase[] = [
  parityCase('Reshape ExpandDims', fc.tuple(shapes(1), anyKind), ([shape, kind], values) => ({
    inputs: [values.tensor(shape, kind)],
    run: (x) => [
      tf.reshape(x as tf.Tensor, [-1]),
      tf.expandDims(x as tf.Tensor, shape.length - 1),
      tf.expandDims(x as tf.Tensor, -1),
    ],
    ...ifSmooth(kind),
  })),
  parityCase('Transpose', fc.tuple(shapes(2, 5, 4), anyKind), ([shape, kind], values) => {
    const perm = values.permutation(shape.length);
    return {
      inputs: [values.tensor(shape, kind)],
      // The second has a permutation that TensorFlow.js never takes for the identity.
      run: (x) => [tf.transpose(x as tf.Tensor, perm), tf.transpose(x as tf.Tensor)],
      ...ifSmooth(kind),
    };
  }),
  parityCase(
    'Tile',
    shapes(1, 4, 3).chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        reps: fc.tuple(...shape.map(() => integer(1, 3))),
        kind: fc.constantFrom<Kind[]>('smooth', 'int32', 'bool'),
      }),
    ),
    ({ shape, reps, kind }, values) => ({
      inputs: [values.tensor(shape, kind)],
      run: (x) => tf.tile(x as tf.Tensor, reps),
      ...ifSmooth(kind),
    }),
  ),
  parityCase(
    'BroadcastTo',
    fc.tuple(shapes(1, 4, 4), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 })),
    ([shape, ones], values) => ({
      inputs: [values.tensor(shape.map((extent, axis) => (ones[axis] ? 1 : extent)).slice(ones[0] ? 1 : 0))],
      run: (x) => tf.engine().runKernel('BroadcastTo', { x: x as tf.Tensor }, { shape }) as tf.Tensor,
      reference: (x) => tf.broadcastTo(x as tf.Tensor, shape as [number]),
    }),
  ),
  // The public op calls Tile.
  parityCase(
    'Tile',
    fc.tuple(shapes(1, 4, 4), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 })),
    ([shape, ones], values) => ({
      inputs: [values.tensor(shape.map((extent, axis) => (ones[axis] ? 1 : extent)))],
      run: (x) => tf.mul(tf.broadcastTo(x as tf.Tensor, shape as [number]), 2),
      by: [0],
    }),
  ),
  parityCase(
    'Concat',
    fc.tuple(shapeAndAxis(), fc.array(integer(1, 4), { minLength: 2, maxLength: 4 }), anyKind),
    ([{ shape, axis }, extents, kind], values) => ({
      inputs: extents.map((extent) =>
        values.tensor(
          shape.map((own, at) => (at === (axis + shape.length) % shape.length ? extent : own)),
          kind,
        ),
      ),
      run: (...parts) => tf.concat(parts, axis),
      ...(kind === 'smooth' && { by: extents.map((_, i) => i) }),
    }),
  ),
  parityCase(
    'Pack',
    fc.tuple(shapes(0, 3), integer(1, 4), integer(-1, 3), anyKind),
    ([shape, count, axis, kind], values) => ({
      inputs: Array.from({ length: count }, () => values.tensor(shape, kind)),
      run: (...parts) => tf.stack(parts, Math.min(axis, shape.length)),
      ...(kind === 'smooth' && { by: [0, count - 1].slice(0, count) }),
    }),
  ),
  parityCase('Unpack', fc.tuple(shapeAndAxis(1, 4), anyKind), ([{ shape, axis }, kind], values) => ({
    inputs: [values.tensor(shape, kind)],
    run: (x) => tf.unstack(x as tf.Tensor, axis),
    // TensorFlow.js cannot differentiate an axis of one entry.
    ...(shape.at(axis) !== 1 && ifSmooth(kind)),
  })),
  parityCase(
    'SplitV',
    fc.tuple(shapeAndAxis(), fc.array(integer(1, 3), { minLength: 2, maxLength: 4 }), fc.boolean(), anyKind),
    ([{ shape, axis }, sizes, even, kind], values) => {
      const whole = even ? 2 * (sizes[0] as number) : sizes.reduce((a, b) => a + b, 0);
      const extents = shape.map((own, at) => (at === (axis + shape.length) % shape.length ? whole : own));
      return {
        inputs: [values.tensor(extents, kind)],
        run: (x) => tf.split(x as tf.Tensor, even ? 2 : sizes, axis),
        ...ifSmooth(kind),
      };
    },
  ),
  parityCase(
    'Fill Range LinSpace',
    fc.record({
      shape: shapes(),
      value: integer(-3, 3),
      start: integer(-4, 4),
      count: integer(1, 9),
      step: fc.constantFrom(-2, -1, 1, 3),
    }),
    ({ shape, value, start, count, step }) => ({
      inputs: [],
      run: () => [
        tf.fill(shape, value),
        tf.fill(shape, value, 'int32'),
        tf.fill(shape, value > 0 ? 1 : 0, 'bool'),
        tf.range(start, start + count * step, step, 'int32'),
        tf.range(start, start + count * step - 0.25, step * 0.5),
        tf.linspace(start, start + step * 1.3, count),
      ],
    }),
  ),
  parityCase(
    'OneHot',
    fc.record({
      shape: shapes(1, 3),
      depth: integer(2, 5),
      on: integer(1, 4),
      dtype: fc.constantFrom('float32', 'int32', 'bool'),
    }),
    ({ shape, depth, on, dtype }, values) => ({
      // Some lie outside and give a row without a hit.
      inputs: [values.integers(shape, -1, depth)],
      run: (indices) => tf.oneHot(indices as tf.Tensor, depth, dtype === 'bool' ? 1 : on, 0, dtype as 'int32'),
    }),
  ),
];

/** Parts and surroundings. */
export const slicingCases: readonly ParityCase[] = [
  parityCase(
    'Slice',
    shapes(1, 4, 6).chain((shape) =>
      fc.record({ shape: fc.constant(shape), range: ranges(shape), kind: anyKind, open: fc.boolean() }),
    ),
    ({ shape, range, kind, open }, values) => ({
      inputs: [
        values.tensor(
          shape.map((extent, axis) => (axis === 0 ? extent + 1 : extent)),
          kind,
        ),
      ],
      run: (x) =>
        tf.slice(
          x as tf.Tensor,
          range.map(({ begin }) => begin),
          range.map(({ size }, axis) => (open && axis > 0 ? -1 : size)),
        ),
      ...ifSmooth(kind),
    }),
  ),
  parityCase(
    'StridedSlice',
    shapes(1, 4, 6).chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        axes: fc.tuple(
          ...shape.map(() =>
            fc.record({ begin: integer(-7, 6), end: integer(-7, 6), stride: fc.constantFrom(-2, -1, 1, 1, 2, 3) }),
          ),
        ),
        beginMask: integer(0, 15),
        endMask: integer(0, 15),
        newAxisMask: fc.constantFrom(0, 0, 0, 1, 2),
        shrink: fc.boolean(),
        kind: anyKind,
      }),
    ),
    ({ shape, axes, shrink, kind, ...masks }, values) => {
      // A shrunk axis needs a begin inside and a forward stride.
      const specs = shrink ? axes.map((a, i) => (i === 0 ? { begin: 0, end: 1, stride: 1 } : a)) : axes;
      const list = (key: 'begin' | 'end' | 'stride') => specs.map((spec) => spec[key]);
      const [begin, end, stride] = [list('begin'), list('end'), list('stride')];
      const { beginMask, endMask } = masks;
      const slice = (x: tf.Tensor, ends: number, newAxis: number, shrinkMask: number) => {
        const sliced = tf.stridedSlice(x, begin, end, stride, beginMask, ends, 0, newAxis, shrinkMask);
        // Nothing to compare in an empty result but its shape.
        return sliced.size === 0 ? tf.tensor1d(sliced.shape) : sliced;
      };
      return {
        inputs: [values.tensor(shape, kind)],
        run: (x) =>
          shrink ? slice(x as tf.Tensor, endMask, 0, 1) : slice(x as tf.Tensor, endMask, masks.newAxisMask, 0),
        // TensorFlow.js takes wrong elements where it shrinks one axis and steps along another.
        ...(shrink && {
          reference: (...[x]: tf.Tensor[]) => {
            const kept = slice(x as tf.Tensor, endMask & ~1, 0, 0);
            const shapeOnly = kept.rank === 1 && shape.length > 1;
            return shapeOnly ? tf.slice(kept, [1]) : tf.squeeze(kept, [0]);
          },
        }),
      };
    },
  ),
  parityCase('StridedSlice', fc.tuple(integer(2, 9), fc.constantFrom(-3, -1, 2)), ([extent, stride], values) => ({
    inputs: [values.tensor([2, extent, 3])],
    run: (x) => tf.stridedSlice(x as tf.Tensor, [0, 0], [0, 0], [1, stride], 3, 3, 0, 0, 0),
  })),
  parityCase('Reverse', fc.tuple(shapeAndAxes(1, 4, 1), anyKind), ([{ shape, axes }, kind], values) => ({
    inputs: [values.tensor(shape, kind)],
    run: (x) => tf.reverse(x as tf.Tensor, axes),
    ...ifSmooth(kind),
  })),
  parityCase(
    'PadV2',
    fc.tuple(
      paddings(() => 3),
      integer(-1, 2),
      fc.constantFrom<Kind[]>('smooth', 'int32'),
    ),
    ([{ shape, pads }, value, kind], values) => ({
      inputs: [values.tensor(shape, kind)],
      run: (x) => tf.pad(x as tf.Tensor, pads, value),
      ...ifSmooth(kind),
    }),
  ),
  ...(['reflect', 'symmetric'] as const).map((mode) =>
    parityCase(
      'MirrorPad',
      fc.tuple(
        paddings((extent) => extent - (mode === 'reflect' ? 1 : 0)),
        fc.constantFrom<Kind[]>('smooth', 'int32'),
      ),
      ([{ shape, pads }, kind], values) => ({
        inputs: [values.tensor(shape, kind)],
        run: (x) => tf.mirrorPad(x as tf.Tensor, pads, mode),
      }),
    ),
  ),
  parityCase(
    'DepthToSpace',
    fc.record({
      n: integer(1, 2),
      h: integer(1, 3),
      w: integer(1, 4),
      c: integer(1, 3),
      block: integer(2, 3),
      first: fc.boolean(),
    }),
    ({ n, h, w, c, block, first }, values) => {
      const channels = c * block * block;
      const apply = (x: tf.Tensor, format: 'NHWC' | 'NCHW') => tf.depthToSpace(x as tf.Tensor4D, block, format);
      return {
        inputs: [values.tensor(first ? [n, channels, h, w] : [n, h, w, channels])],
        run: (x) => apply(x as tf.Tensor, first ? 'NCHW' : 'NHWC'),
        // TensorFlow.js's kernel for processors knows NHWC only.
        reference: (x) =>
          first
            ? tf.transpose(apply(tf.transpose(x as tf.Tensor, [0, 2, 3, 1]), 'NHWC'), [0, 3, 1, 2])
            : apply(x as tf.Tensor, 'NHWC'),
      };
    },
  ),
  parityCase(
    'SpaceToBatchND BatchToSpaceND',
    fc.record({
      n: integer(1, 2),
      c: integer(1, 3),
      block: fc.tuple(integer(1, 3), integer(1, 3)),
      cells: fc.tuple(integer(1, 3), integer(1, 3)),
      before: fc.tuple(integer(0, 2), integer(0, 2)),
      inner: fc.boolean(),
    }),
    ({ n, c, block, cells, before, inner }, values) => {
      const size = block.map((b, i) => b * (cells[i] as number));
      const pads = block.map((b, i) => {
        const start = Math.min(before[i] as number, (size[i] as number) - 1);
        return [start, (b - (start % b)) % b] as [number, number];
      });
      return {
        inputs: [values.tensor([n, ...size, ...(inner ? [c] : [])])],
        run: (x) => {
          const batches = tf.spaceToBatchND(x as tf.Tensor, block, pads);
          return [
            batches,
            tf.batchToSpaceND(batches, block, pads),
            tf.batchToSpaceND(batches, block, [
              [0, 0],
              [0, 0],
            ]),
          ];
        },
        by: [0],
      };
    },
  ),
];
