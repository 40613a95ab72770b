import * as tf from '@vosvfi/runtime/tf';
import { expectGradient } from '@vosvfi/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { softAggregate, withoutBackground } from './index.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('softAggregate', () => {
  it('sharpens one object to p^2 / (p^2 + (1 - p)^2)', () => {
    const p = [0.8, 0.5, 0.1, 0.999];
    const { probabilities } = softAggregate(tf.tensor4d(p, [1, 2, 2, 1]));
    withoutBackground(probabilities)
      .dataSync()
      .forEach((q, i) => void expect(q).toBeCloseTo(p[i]! ** 2 / (p[i]! ** 2 + (1 - p[i]!) ** 2), 5));
  });

  it('lets objects compete with prod(1 - p) of background', () => {
    const odds = [0.4 * 0.7, 0.6, 0.3].map((p) => p / (1 - p));
    const sum = odds.reduce((total, value) => total + value, 0);
    const { logits, probabilities } = softAggregate(tf.tensor4d([0.6, 0.3], [1, 1, 1, 2]));
    probabilities.dataSync().forEach((p, i) => void expect(p).toBeCloseTo(odds[i]! / sum, 6));
    logits.dataSync().forEach((logit, i) => void expect(logit).toBeCloseTo(Math.log(odds[i]!), 5));
  });

  it('keeps hard masks finite, with next to nothing on the other side', () => {
    const { logits, probabilities } = softAggregate(tf.tensor4d([0, 1], [1, 1, 2, 1]));
    expect(logits.dataSync().every(Number.isFinite)).toBe(true);
    const [, none, , whole] = probabilities.dataSync();
    expect(none).toBeLessThan(1e-12);
    expect(whole).toBeCloseTo(1, 7);
  });

  it.each([1, 3])('has the gradient of finite differences for %i objects', async (objects) => {
    const p = Float32Array.from({ length: 4 * objects }, (_, i) => 0.15 + 0.7 * ((i * 0.37) % 1));
    const weight = tf.linspace(0.2, 1.3, 4 * (objects + 1)).reshape([1, 2, 2, objects + 1]);
    const loss = (x: tf.Tensor): tf.Scalar =>
      tf.sum(tf.mul(softAggregate(tf.reshape(x, [1, 2, 2, objects])).probabilities, weight));
    const gradient = tf.grad(loss)(tf.tensor1d(p)).dataSync();
    const value = (values: Float32Array): number => tf.tidy(() => loss(tf.tensor1d(values)).dataSync()[0]!);
    await expectGradient(value, p, gradient, { tolerance: 2e-3 });
  });
});
