import { sizeOf } from '@vosvfi/core';
import fc from 'fast-check';
import * as tf from '../../src/tf.js';
import { integer, type Kind, shapeAndAxis, shapes } from './draw.js';
import { type ParityCase, parityCase } from './trial.js';

/** [number of positions, count] with a one where a position is: products with it read, transposed ones add. */
const oneHot = (positions: tf.Tensor, count: number): tf.Tensor =>
  tf.cast(tf.equal(tf.reshape(positions, [-1, 1]), tf.range(0, count, 1, 'int32')), 'float32');

/** Positions [..., depth] in the first axes of `shape` as one number each. */
function flatPlaces(positions: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const depth = positions.shape.at(-1) as number;
  const steps = Array.from({ length: depth }, (_, axis) => sizeOf(shape.slice(axis + 1, depth)));
  return tf.sum(tf.mul(positions, tf.tensor1d(steps, 'int32')), -1);
}

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
      ...(kind === 'smooth' && {
        reference: (...[x, i]: tf.Tensor[]) => {
          const at = axis < 0 ? axis + shape.length : axis;
          const [outer, inner] = [shape.slice(0, at), shape.slice(at + 1)];
          const rows = tf.reshape(x as tf.Tensor, [sizeOf(outer), shape[at] as number, sizeOf(inner)]);
          const hits = tf.tile(tf.expandDims(oneHot(i as tf.Tensor, shape[at] as number)), [sizeOf(outer), 1, 1]);
          return tf.reshape(tf.matMul(hits, rows), [...outer, ...indices, ...inner]);
        },
        by: [0],
      }),
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
      reference: (x, i) => {
        const [b, o, n] = [sizeOf(batch), sizeOf(outer), sizeOf(indices)];
        const rows = tf.reshape(x as tf.Tensor, [b, o, extent, sizeOf(inner)]);
        const hits = tf.reshape(oneHot(i as tf.Tensor, extent), [b, 1, n, extent]);
        return tf.reshape(tf.matMul(tf.tile(hits, [1, o, 1, 1]), rows), [...batch, ...outer, ...indices, ...inner]);
      },
      by: [0],
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
        ...(kind === 'smooth' && {
          reference: (...[x, i]: tf.Tensor[]) => {
            const places = tf.reshape(x as tf.Tensor, [sizeOf(shape.slice(0, depth)), sizeOf(shape.slice(depth))]);
            const hits = oneHot(flatPlaces(i as tf.Tensor, shape), places.shape[0] as number);
            return tf.reshape(tf.matMul(hits, places), [...rows, ...shape.slice(depth)]);
          },
          by: [0],
        }),
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
        ...(kind === 'smooth' && {
          reference: (...[i, updates]: tf.Tensor[]) => {
            const hits = oneHot(flatPlaces(i as tf.Tensor, shape), sizeOf(shape.slice(0, depth)));
            const added = tf.reshape(updates as tf.Tensor, [sizeOf(rows), sizeOf(shape.slice(depth))]);
            return tf.reshape(tf.matMul(hits, added, true), shape);
          },
          by: [1],
        }),
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
        ...(kind === 'smooth' && {
          reference: (...[x, i, updates]: tf.Tensor[]) => {
            const hits = oneHot(i as tf.Tensor, extent);
            const kept = tf.reshape(tf.sub(1, tf.sum(hits, 0)), [extent, ...inner.map(() => 1)]);
            const put = tf.matMul(hits, tf.reshape(updates as tf.Tensor, [places.length, sizeOf(inner)]), true);
            return tf.add(tf.mul(x as tf.Tensor, kept), tf.reshape(put, [extent, ...inner]));
          },
          by: [0, 2],
        }),
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
      ...(kind === 'smooth' && {
        reference: (...[x, ids]: tf.Tensor[]) => {
          const hits = oneHot(ids as tf.Tensor, segments);
          const sums = tf.matMul(hits, tf.reshape(x as tf.Tensor, [rows, sizeOf(inner)]), true);
          return tf.reshape(sums, [segments, ...inner]);
        },
        by: [0],
      }),
    }),
  ),
];
