import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import * as tf from '../tf.js';
import { covered, coveredSize, uncovered } from './covered-window.js';

type Shape4 = [number, number, number, number];

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const side = fc.integer({ min: 0, max: 2 });
const geometry = fc.record({
  size: fc.tuple(fc.integer({ min: 4, max: 8 }), fc.integer({ min: 4, max: 8 })),
  filter: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  stride: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  sides: fc.tuple(side, side, side, side),
});

type Geometry = typeof geometry extends fc.Arbitrary<infer G> ? G : never;

function drawn({ size, filter, stride, sides: [top, bottom, left, right] }: Geometry) {
  const shape: Shape4 = [2, ...size, 3];
  const filterShape: Shape4 = [...filter, 3, 2];
  const pad: tf.backend_util.ExplicitPadding = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  return { shape, filterShape, pad, info: tf.backend_util.computeConv2DInfo(shape, filterShape, stride, 1, pad) };
}

it('makes of explicit padding a convolution without any', () => {
  fc.assert(
    fc.property(geometry, (drawing) => {
      const { shape, filterShape, pad, info } = drawn(drawing);
      const [x, w] = [tf.randomUniform(shape) as tf.Tensor4D, tf.randomUniform(filterShape) as tf.Tensor4D];
      const found = tf.conv2d(covered(x, info), w, drawing.stride, 'valid');
      const expected = tf.conv2d(x, w, drawing.stride, pad);
      expect(found.shape).toEqual(expected.shape);
      expect(tf.max(tf.abs(tf.sub(found, expected))).dataSync()[0]).toBeLessThan(1e-5);
    }),
    { seed: 3, numRuns: 40 },
  );
});

it('has its adjoint', () => {
  fc.assert(
    fc.property(geometry, (drawing) => {
      const { shape, info } = drawn(drawing);
      const x = tf.randomUniform(shape) as tf.Tensor4D;
      const y = tf.randomUniform([2, ...coveredSize(info), 3]) as tf.Tensor4D;
      const product = (a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(a, b)).dataSync()[0] as number;
      expect(product(covered(x, info), y)).toBeCloseTo(product(x, uncovered(y, info)), 2);
    }),
    { seed: 4, numRuns: 40 },
  );
});
