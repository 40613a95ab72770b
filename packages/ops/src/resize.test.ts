import { ConfigError, ShapeError } from '@vosvfi/core';
import { compile } from '@vosvfi/runtime';
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

  it('gives in a compiled graph what it gives eagerly, gradients included', async () => {
    const cases = [
      { from: [3, 5], to: [6, 10], options: {} },
      { from: [3, 5], to: [6, 10], options: { scale: 2 } },
      { from: [5, 7], to: [2, 3], options: { scale: 0.5 } },
      { from: [5, 7], to: [3, 4], options: { scale: 0.5 } },
      { from: [4, 1], to: [7, 3], options: {} },
      { from: [2, 54], to: [3, 107], options: { alignCorners: true } },
      // Scales that float32 rounds down, so that a size derived from them could come out one less.
      { from: [3, 5], to: [10, 7], options: {} },
      { from: [6, 7], to: [7, 9], options: {} },
      { from: [4, 6], to: [7, 3], options: { alignCorners: true } },
      { from: [4, 1], to: [1, 3], options: { alignCorners: true } },
    ] as const;
    for (const { from, to, options } of cases) {
      const x = randomTensor([2, ...from, 3], 1);
      const dy = randomTensor([2, ...to, 3], 2);
      const host = (y: tf.Tensor) => ({
        data: y.dataSync() as Float32Array,
        shape: y.shape,
        dtype: 'float32' as const,
      });
      const inputs = { x: host(x), dy: host(dy) };
      const resize = (y: tf.Tensor): tf.Tensor => resizeBilinear(y, to, options);
      const compiled = await compile(
        (given) => ({
          out: resize(given.x!),
          gradient: tf.grad(resize)(given.x!, given.dy!),
          // Fails to compile unless the graph sees the same size.
          joined: tf.concat([resize(given.x!), given.dy!], 3),
        }),
        inputs,
      );
      const { out, gradient } = await compiled.run(inputs);
      await compiled.dispose();
      const label = JSON.stringify({ from, to, options });
      expect(relativeL2(out!.data, resize(x).dataSync()), label).toBeLessThan(1e-6);
      expect(relativeL2(gradient!.data, tf.grad(resize)(x, dy).dataSync()), label).toBeLessThan(1e-6);
    }
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
