import { createRandom } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { expectGradient } from '@vosvfi/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { bootstrappedCrossEntropy, bootstrappedFraction } from './index.js';

const shape: [number, number, number, number] = [2, 3, 4, 3];
const random = createRandom(3);
const scores = Float32Array.from({ length: 72 }, () => random.uniform(-3, 3));
const labels = Int32Array.from({ length: 24 }, () => random.integer(0, 2));

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Cross-entropy of every pixel, in double precision. */
function perPixel(): number[] {
  return Array.from(labels, (label, i) => {
    const pixel = [...scores.subarray(3 * i, 3 * i + 3)];
    return Math.log(pixel.reduce((sum, score) => sum + Math.exp(score), 0)) - pixel[label]!;
  });
}

function loss(values: Float32Array, fraction?: number): tf.Scalar {
  const target = tf.reshape(tf.oneHot(tf.tensor1d(labels, 'int32'), 3), shape);
  return bootstrappedCrossEntropy(tf.tensor4d(values, shape), target, fraction);
}

describe('bootstrappedCrossEntropy', () => {
  it.each([1, 0.5, 0.3, 0.01])('with fraction %f is the mean over the hardest pixels of each sample', (fraction) => {
    const count = Math.max(1, Math.floor(12 * fraction));
    const means = [0, 12].map((start) => {
      const hardest = perPixel()
        .slice(start, start + 12)
        .sort((a, b) => b - a)
        .slice(0, count);
      return hardest.reduce((sum, value) => sum + value, 0) / count;
    });
    expect(loss(scores, fraction).dataSync()[0]).toBeCloseTo((means[0]! + means[1]!) / 2, 5);
  });

  it.each([1, 0.4])('with fraction %f has the gradient of finite differences', async (fraction) => {
    const gradient = tf.tidy(() => {
      const target = tf.reshape(tf.oneHot(tf.tensor1d(labels, 'int32'), 3), shape);
      return tf
        .grad((x) => bootstrappedCrossEntropy(x, target, fraction))(tf.tensor4d(scores, shape))
        .dataSync();
    });
    const value = (x: Float32Array): number => tf.tidy(() => loss(x, fraction).dataSync()[0]!);
    await expectGradient(value, scores, gradient, { tolerance: 1e-3 });
  });

  it('names what does not fit', () => {
    const logits = tf.zeros(shape);
    expect(() => bootstrappedCrossEntropy(logits, tf.zeros([2, 3, 4, 2]))).toThrow('target: expected [2, 3, 4, 3]');
    expect(() => bootstrappedCrossEntropy(logits, logits, 0)).toThrow('more than 0 and at most 1');
  });
});

describe('bootstrappedFraction', () => {
  it.each([
    [0, 1],
    [19_999, 1],
    [20_000, 1],
    [60_000, 0.32],
    [70_000, 0.15],
    [90_000, 0.15],
  ])('at iteration %i is %f', (iteration, fraction) => {
    expect(bootstrappedFraction(iteration)).toBeCloseTo(fraction, 12);
  });
});
