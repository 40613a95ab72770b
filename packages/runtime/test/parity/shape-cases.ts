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

/** Entries of one axis by number, as a sum of products: what a gather is, and its gradient. */
function picked(x: tf.Tensor, axis: number, positions: readonly number[]): tf.Tensor {
  const extent = x.shape[axis] as number;
  const chosen = positions.flatMap((at) => Array.from({ length: extent }, (_, i) => (i === at ? 1 : 0)));
  const inner = x.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const terms = tf.mul(
    tf.reshape(x, [-1, 1, extent, inner]),
    tf.reshape(tf.tensor1d(chosen), [1, positions.length, extent, 1]),
  );
  return tf.reshape(tf.sum(terms, 2), [...x.shape.slice(0, axis), positions.length, ...x.shape.slice(axis + 1)]);
}

function mirrored(extent: number, [before, after]: [number, number], mode: 'reflect' | 'symmetric'): number[] {
  const inside = Array.from({ length: extent }, (_, i) => i);
  const edge = mode === 'reflect' ? 1 : 0;
  const left = inside.slice(edge, edge + before).reverse();
  const right = inside.toReversed().slice(edge, edge + after);
  return [...left, ...inside, ...right];
}

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
    shapes(1, 5, 3).chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        reps: fc.tuple(...shape.map(() => integer(1, 3))),
        kind: fc.constantFrom<Kind[]>('smooth', 'int32', 'bool'),
      }),
    ),
    ({ shape, reps, kind }, values) => ({
      inputs: [values.tensor(shape, kind)],
      run: (x) => tf.tile(x as tf.Tensor, reps),
      ...(kind === 'smooth' && {
        reference: (...[x]: tf.Tensor[]) =>
          reps.reduce(
            (tiled, count, axis) => (count === 1 ? tiled : tf.concat(new Array<tf.Tensor>(count).fill(tiled), axis)),
            x as tf.Tensor,
          ),
      }),
      ...ifSmooth(kind),
    }),
  ),
  parityCase(
    'BroadcastTo',
    fc.tuple(shapes(1, 4, 4), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 })),
    ([shape, ones], values) => ({
      inputs: [values.tensor(shape.map((extent, axis) => (ones[axis] ? 1 : extent)).slice(ones[0] ? 1 : 0))],
      run: (x) => tf.engine().runKernel('BroadcastTo', { x: x as tf.Tensor }, { shape }) as tf.Tensor,
      reference: (x) => tf.add(x as tf.Tensor, tf.zeros(shape)),
      by: [0],
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
    ...ifSmooth(kind),
  })),
  parityCase(
    'SplitV',
    fc.tuple(shapeAndAxis(), fc.array(integer(1, 3), { minLength: 1, maxLength: 4 }), fc.boolean(), anyKind),
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
      const [newAxes, shrunk] = shrink ? [0, 1] : [masks.newAxisMask, 0];
      const info = tf.slice_util.sliceInfo(shape, begin, end, stride, beginMask, endMask, 0, newAxes, shrunk);
      const isEmpty = info.finalShape.includes(0);
      return {
        inputs: [values.tensor(shape, kind)],
        run: (x) => {
          const sliced = tf.stridedSlice(x as tf.Tensor, begin, end, stride, beginMask, endMask, 0, newAxes, shrunk);
          // Nothing to compare in an empty result but its shape.
          return isEmpty ? tf.tensor1d(sliced.shape) : sliced;
        },
        reference: (x) => {
          if (isEmpty) return tf.tensor1d(info.finalShape);
          const parts = shape.reduce(
            (part, _, axis) => {
              const [from, to, step] = [info.begin[axis], info.end[axis], info.strides[axis]] as [
                number,
                number,
                number,
              ];
              const count = Math.ceil((to - from) / step);
              return picked(
                part,
                axis,
                Array.from({ length: count }, (_unused, i) => from + i * step),
              );
            },
            tf.cast(x as tf.Tensor, 'float32'),
          );
          return tf.cast(tf.reshape(parts, info.finalShape), kind === 'smooth' ? 'float32' : (kind as 'int32'));
        },
        ...(!isEmpty && ifSmooth(kind)),
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
        // What is mirrored, one axis after the other, as products with matrices of ones and zeros.
        ...(kind === 'smooth' && {
          reference: (...[x]: tf.Tensor[]) =>
            pads.reduce(
              (padded, pair, axis) => picked(padded, axis, mirrored(shape[axis] as number, pair, mode)),
              x as tf.Tensor,
            ),
        }),
        ...ifSmooth(kind),
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
        reference: (x) => {
          const split = first ? [n, block, block, c, h, w] : [n, h, w, block, block, c];
          const moved = tf.transpose(
            tf.reshape(x as tf.Tensor, split),
            first ? [0, 3, 4, 1, 5, 2] : [0, 1, 3, 2, 4, 5],
          );
          return tf.reshape(moved, first ? [n, c, h * block, w * block] : [n, h * block, w * block, c]);
        },
        by: [0],
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
