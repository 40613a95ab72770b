import { ConfigError, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient, distance, randomTensor } from '../test/check-gradient.js';
import { batchNorm } from './batch-norm.js';
import { gatherRows, scatterAdd } from './gather-rows.js';
import { linear } from './linear.js';
import { maxPool2d } from './max-pool2d.js';
import { prelu } from './prelu.js';
import { stopGradient } from './stop-gradient.js';
import { topK } from './top-k.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('linear', () => {
  it('maps the last axis by [out, in] weights', () => {
    const y = linear(
      tf.tensor([[[1, 2]], [[3, 4]]]),
      tf.tensor2d([
        [1, 0],
        [0, 1],
        [1, -1],
      ]),
      tf.tensor1d([0, 10, 0]),
    );
    expect(y.arraySync()).toEqual([[[1, 12, -1]], [[3, 14, -1]]]);
  });

  it('has the gradient of central differences', () => {
    checkGradient(
      (x, w, b) => linear(x, w, b),
      [randomTensor([2, 3, 4], 1), randomTensor([5, 4], 2), randomTensor([5], 3)],
    );
  });

  it('names what does not fit', () => {
    expect(() => linear(tf.zeros([2, 3]), tf.zeros([4, 2]))).toThrow('linear input: expected [..., 2], found [2, 3]');
    expect(() => linear(tf.zeros([2, 3]), tf.zeros([3]))).toThrow(ShapeError);
    expect(() => linear(tf.zeros([2, 3]), tf.zeros([4, 3]), tf.zeros([3]))).toThrow('linear bias: expected [4]');
  });
});

describe('prelu', () => {
  it('scales what is not positive, per channel or for all', () => {
    const x = tf.tensor([
      [1, -1],
      [0, -2],
    ]);
    expect(prelu(x, tf.tensor1d([5, 0.5])).arraySync()).toEqual([
      [1, -0.5],
      [0, -1],
    ]);
    expect(prelu(x, tf.tensor1d([2])).arraySync()).toEqual([
      [1, -2],
      [0, -4],
    ]);
  });

  it('has the gradient of central differences', () => {
    const x = tf.tensor([
      [0.3, -0.4, 0.9],
      [-1, 2, -0.2],
    ]);
    checkGradient(prelu, [x, randomTensor([3], 1)]);
    checkGradient(prelu, [x, randomTensor([1], 2)]);
  });

  it('names what does not fit', () => {
    expect(() => prelu(tf.zeros([2, 3]), tf.zeros([2]))).toThrow('prelu weight: expected [3] or [1], found [2]');
  });
});

describe('batchNorm', () => {
  const weights = () => ({
    weight: tf.tensor1d([2, 1]),
    bias: tf.tensor1d([0.5, 0]),
    mean: tf.tensor1d([1, -1]),
    variance: tf.tensor1d([4 - 1e-5, 1 - 1e-5]),
  });

  it('normalizes with running statistics', () => {
    const y = batchNorm(
      tf.tensor([
        [3, 4],
        [1, -1],
      ]),
      weights(),
    );
    expect(
      distance(
        y,
        tf.tensor([
          [2.5, 5],
          [0.5, 0],
        ]),
      ),
    ).toBeLessThan(1e-6);
  });

  it('has the gradient of central differences', () => {
    const { mean, variance, weight, bias } = weights();
    checkGradient(
      (x, w, b) => batchNorm(x, { weight: w, bias: b, mean, variance }),
      [randomTensor([2, 2, 2], 1), weight, bias],
    );
  });

  it('names what does not fit', () => {
    expect(() => batchNorm(tf.zeros([1, 3]), weights())).toThrow('batchNorm weight: expected [3], found [2]');
  });
});

describe('maxPool2d', () => {
  it('pads both sides with minus infinity and rounds down', () => {
    const x = tf.tensor4d([-5, -4, -3, -2, -1, -6, -7, -8, -9, -10, -11, -12, -13, -14, -15, -16], [1, 4, 4, 1]);
    const y = maxPool2d(x, { kernel: 3, stride: 2, padding: 1 });
    expect(y.reshape([2, 2]).arraySync()).toEqual([
      [-1, -2],
      [-1, -6],
    ]);
  });

  it('has the gradient of central differences', () => {
    // Distinct values, so that no maximum changes place within the step.
    const values = Float32Array.from({ length: 50 }, (_, index) => ((index * 37) % 50) / 10);
    checkGradient((x) => maxPool2d(x, { kernel: 3, stride: 2, padding: 1 }), [tf.tensor4d(values, [1, 5, 5, 2])]);
  });

  it('names what does not fit', () => {
    expect(() => maxPool2d(tf.zeros([4, 4, 1]), { kernel: 2 })).toThrow(ShapeError);
    expect(() => maxPool2d(tf.zeros([1, 4, 4, 1]), { kernel: 2, padding: 2 })).toThrow('at most half the kernel');
    expect(() => maxPool2d(tf.zeros([1, 4, 4, 1]), { kernel: 5 })).toThrow('at least 5');
  });
});

describe('topK', () => {
  it('returns sorted values, their places, and gradients to them only', () => {
    const x = tf.tensor2d([
      [3, 1, 2],
      [-1, -5, 7],
    ]);
    const { values, indices } = topK(x, 2);
    expect(values.arraySync()).toEqual([
      [3, 2],
      [7, -1],
    ]);
    expect(indices.arraySync()).toEqual([
      [0, 2],
      [2, 0],
    ]);
    const gradient = tf.grad((a: tf.Tensor) =>
      tf.sum(
        tf.mul(
          topK(a, 2).values,
          tf.tensor2d([
            [1, 10],
            [100, 1000],
          ]),
        ),
      ),
    )(x);
    expect(gradient.arraySync()).toEqual([
      [1, 0, 10],
      [1000, 0, 100],
    ]);
  });

  it('names what does not fit', () => {
    expect(() => topK(tf.zeros([2, 3]), 4)).toThrow('topK k: expected an integer from 1 to 3, found 4.');
    expect(() => topK(tf.scalar(1), 1)).toThrow(ShapeError);
  });
});

describe('gatherRows and scatterAdd', () => {
  const indices = tf.tensor1d([2, 0, 2, 1], 'int32');

  it('are adjoint', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { minLength: 1, maxLength: 12 }), fc.nat(100), (places, seed) => {
        const at = tf.tensor1d(places, 'int32');
        const [x, y] = [randomTensor([6, 3], seed), randomTensor([places.length, 3], seed + 1)];
        const left = tf.sum(tf.mul(gatherRows(x, at), y)).dataSync()[0]!;
        const right = tf.sum(tf.mul(x, scatterAdd(y, at, 6))).dataSync()[0]!;
        expect(Math.abs(left - right)).toBeLessThan(1e-4);
      }),
    );
  });

  it('have the gradients of central differences', () => {
    checkGradient((x) => gatherRows(x, indices), [randomTensor([3, 2], 1)]);
    checkGradient((x) => scatterAdd(x, indices, 4), [randomTensor([4, 2], 1)]);
  });

  it('name what does not fit', () => {
    expect(() => gatherRows(tf.zeros([3]), indices)).toThrow('gatherRows: expected [N, C], found [3].');
    expect(() => gatherRows(tf.zeros([3, 2]), tf.zeros([2]))).toThrow('expected int32 [M], found float32 [2]');
    expect(() => scatterAdd(tf.zeros([3, 2]), indices, 4)).toThrow('one for each row');
    expect(() => scatterAdd(tf.zeros([4, 2]), indices, 0)).toThrow(ConfigError);
  });
});

describe('stopGradient', () => {
  it('keeps the values and hides the way to them', () => {
    const x = tf.tensor1d([2, 3]);
    expect(stopGradient(x).arraySync()).toEqual([2, 3]);
    const gradient = tf.grad((a: tf.Tensor) => tf.sum(tf.mul(a, stopGradient(tf.square(a)))))(x);
    expect(gradient.arraySync()).toEqual([4, 9]);
  });
});
