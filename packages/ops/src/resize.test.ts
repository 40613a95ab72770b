import { ConfigError, createRandom, hostTensor, ShapeError } from '@vosvfi/core';
import { compile, type TensorFunction } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { relativeL2 } from '@vosvfi/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient, distance, randomTensor } from '../test/check-gradient.js';
import { resizeBilinear, resizeNearest } from './resize.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const size = fc.integer({ min: 1, max: 9 });

describe('resizeBilinear', () => {
  it('equals tfjs in both conventions', () => {
    fc.assert(
      fc.property(size, size, size, size, fc.boolean(), (height, width, outHeight, outWidth, alignCorners) => {
        const x = randomTensor([2, height, width, 3], 1) as tf.Tensor4D;
        const expected = tf.image.resizeBilinear(x, [outHeight, outWidth], alignCorners, !alignCorners);
        expect(distance(resizeBilinear(x, [outHeight, outWidth], { alignCorners }), expected)).toBeLessThan(1e-5);
      }),
    );
  });

  it('keeps constants, and everything when the size stays', () => {
    fc.assert(
      fc.property(size, size, size, size, (height, width, outHeight, outWidth) => {
        const constant = tf.fill([1, height, width, 2], 0.7);
        const resized = resizeBilinear(constant, [outHeight, outWidth]);
        expect(distance(resized, tf.fill([1, outHeight, outWidth, 2], 0.7))).toBeLessThan(1e-6);
        const x = randomTensor([1, height, width, 2], 2);
        expect(distance(resizeBilinear(x, [height, width]), x)).toBe(0);
      }),
    );
  });

  it('steps by 1 / scale where a scale is given', () => {
    // 5 samples * 0.5 = size 2: positions 0.5 and 2.5 with the scale, 0.75 and 3.25 with the ratio of sizes.
    const x = tf.tensor4d([0, 1, 2, 3, 4], [1, 1, 5, 1]);
    expect(
      resizeBilinear(x, [1, 2], { scale: [1, 0.5] })
        .reshape([2])
        .arraySync(),
    ).toEqual([0.5, 2.5]);
    expect(resizeBilinear(x, [1, 2]).reshape([2]).arraySync()).toEqual([0.75, 3.25]);
  });

  it('has the gradient of central differences', () => {
    const x = randomTensor([2, 3, 5, 2], 1);
    checkGradient((a) => resizeBilinear(a, [6, 10]), [x]);
    checkGradient((a) => resizeBilinear(a, [2, 3]), [x]);
    checkGradient((a) => resizeBilinear(a, [7, 4], { alignCorners: true }), [x]);
  });

  it('names what does not fit', () => {
    expect(() => resizeBilinear(tf.zeros([2, 2]), [2, 2])).toThrow(ShapeError);
    expect(() => resizeBilinear(tf.zeros([1, 2, 2, 1]), [0, 2])).toThrow('resizeBilinear size');
    expect(() => resizeBilinear(tf.zeros([1, 2, 2, 1]), [2, 2], { scale: -1 })).toThrow(ConfigError);
  });
});

describe('resizeNearest', () => {
  it('takes input floor(i * ratio)', () => {
    const x = tf.tensor4d([0, 1, 2, 3, 4], [1, 1, 5, 1]);
    expect(resizeNearest(x, [1, 3]).reshape([3]).arraySync()).toEqual([0, 1, 3]);
    expect(resizeNearest(x, [1, 10]).reshape([10]).arraySync()).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
  });

  it('has the gradient of central differences and names a wrong size', () => {
    checkGradient((a) => resizeNearest(a, [6, 2]), [randomTensor([1, 3, 5, 2], 1)]);
    expect(() => resizeNearest(tf.zeros([1, 2, 2, 1]), [1.5, 2])).toThrow('resizeNearest size');
  });
});

describe('compiled resizeBilinear', () => {
  it.each([
    [8, 12],
    [16, 3],
    [2, 6],
  ])('gives what eager execution gives, with gradients, to %i x %i', async (height, width) => {
    const fn: TensorFunction = ({ x }) => {
      const { value, grad } = tf.valueAndGrad((image) =>
        tf.sum(tf.square(resizeBilinear(image, [height, width]))),
      )(x!);
      return { y: resizeBilinear(x!, [height, width]), value, grad };
    };
    const signature = { x: { shape: [2, 4, 3, 5] } };
    const random = createRandom(3);
    const x = hostTensor(Float32Array.from({ length: 120 }, () => random.uniform(-1, 1)), [2, 4, 3, 5]);
    const [graph, cpu] = [await compile(fn, signature), await compile(fn, signature, { engine: 'cpu' })];
    const [actual, expected] = [await graph.run({ x }), await cpu.run({ x })];
    for (const name of ['y', 'value', 'grad']) {
      expect(actual[name]!.shape).toEqual(expected[name]!.shape);
      expect(relativeL2(actual[name]!.data, expected[name]!.data)).toBeLessThan(1e-6);
    }
    await graph.dispose();
    await cpu.dispose();
  });
});
