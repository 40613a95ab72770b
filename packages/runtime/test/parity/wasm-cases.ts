import fc from 'fast-check';
import * as tf from '../../src/tf.js';
import { integer, shapes } from './draw.js';
import { type ParityCase, parityCase } from './trial.js';

const pair = (min: number, max: number) => fc.tuple(integer(min, max), integer(min, max));

/** What back-end `wasm` lacks or has wrong, and this package composes. */
export const wasmCases: readonly ParityCase[] = [
  parityCase(
    'Conv2DBackpropFilter',
    fc.record({
      n: integer(1, 2),
      size: pair(5, 8),
      k: pair(1, 3),
      stride: pair(1, 3),
      pad: fc.oneof(
        fc.constantFrom('same' as const, 'valid' as const),
        fc
          .tuple(pair(0, 2), pair(0, 2))
          .map(([rows, columns]): tf.backend_util.ExplicitPadding => [[0, 0], rows, columns, [0, 0]]),
      ),
      c: integer(1, 4),
      out: integer(1, 5),
    }),
    ({ n, size, k, stride, pad, c, out }, values) => ({
      // XNNPACK is wrong for strides beyond the window where padding is "same".
      inputs: [values.tensor([n, ...size, c]), values.tensor([...k, c, out])],
      run: (x, w) =>
        tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, [Math.min(stride[0], k[0]), Math.min(stride[1], k[1])], pad),
      by: [0, 1],
    }),
  ),
  parityCase(
    'UnsortedSegmentSum',
    fc.record({ rows: integer(1, 40), inner: shapes(0, 2, 4), segments: integer(1, 6) }),
    ({ rows, inner, segments }, values) => ({
      // Rows of negative segments are dropped.
      inputs: [values.tensor([rows, ...inner]), values.integers([rows], -3, segments - 1)],
      run: (x, ids) => tf.unsortedSegmentSum(x as tf.Tensor, ids as tf.Tensor1D, segments),
      by: [0],
    }),
  ),
  parityCase(
    'UnsortedSegmentSum',
    fc.record({ extent: integer(1, 6), inner: shapes(0, 2, 3), count: integer(1, 9) }),
    ({ extent, inner, count }, values) => ({
      inputs: [values.tensor([extent, ...inner]), values.integers([count], 0, extent - 1)],
      run: (x, indices) => tf.gather(x as tf.Tensor, indices as tf.Tensor1D),
      by: [0],
    }),
  ),
  parityCase(
    'MaxPoolGrad',
    fc.record({ n: integer(1, 3), size: pair(4, 7), c: integer(1, 4), pad: fc.constantFrom('same', 'valid', 1) }),
    ({ n, size, c, pad }, values) => ({
      inputs: [values.tensor([n, ...size, c])],
      run: (x) => tf.maxPool(x as tf.Tensor4D, 3, 2, pad as 'same'),
      by: [0],
    }),
  ),
];
