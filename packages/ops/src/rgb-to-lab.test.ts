import { createRandom, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { expectGradient } from '@vosvfi/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { rgbToLab } from './rgb-to-lab.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** RGB and what OpenCV 4.6's `cvtColor(COLOR_RGB2Lab)` gives for float32. */
const opencv: readonly (readonly [rgb: readonly number[], lab: readonly number[]])[] = [
  [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]],
  [[1.0, 1.0, 1.0], [100.0, 0.0, 0.0]],
  [[0.5, 0.5, 0.5], [53.3875, 0.0, 0.0]],
  [[1.0, 0.0, 0.0], [53.241, 80.0938, 67.2031]],
  [[0.0, 1.0, 0.0], [87.738, -86.1875, 83.1719]],
  [[0.0, 0.0, 1.0], [32.2937, 79.1875, -107.8594]],
  [[0.02, 0.03, 0.01], [1.8066, -1.3438, 1.6562]],
  [[0.2, 0.7, 0.4], [64.6545, -51.625, 29.4531]],
  [[0.9, 0.3, 0.6], [56.2744, 65.3281, -9.2031]],
  [[0.04, 0.05, 0.3], [7.8918, 24.6406, -38.7656]],
];

describe('rgbToLab', () => {
  it.each(opencv)('%j is %j as in OpenCV', (rgb, lab) => {
    const found = rgbToLab(tf.tensor2d([...rgb], [1, 3])).dataSync();
    for (const [i, expected] of lab.entries()) expect(Math.abs(found[i]! - expected)).toBeLessThan(0.03);
  });

  it('has the gradient of its values, outside 0..1 as well', async () => {
    const random = createRandom(3);
    // Away from both kinks, at 0.04045 and where the cube root begins.
    const x = Float32Array.from({ length: 12 }, (_, i) => (i < 9 ? random.uniform(0.1, 1.1) : random.uniform(-0.05, 0.02)));
    const weights = tf.tensor2d(Float32Array.from({ length: 12 }, (_, i) => Math.cos(i) / 10), [4, 3]);
    const loss = (rgb: tf.Tensor): tf.Scalar => tf.sum(tf.mul(rgbToLab(rgb), weights));
    const gradient = tf.grad(loss)(tf.tensor2d(x, [4, 3])).dataSync();
    const value = (at: Float32Array): number => loss(tf.tensor2d(Float32Array.from(at), [4, 3])).dataSync()[0]!;
    await expectGradient(value, x, gradient, { tolerance: 2e-3, step: 2e-3 });
  });

  it('keeps the leading axes and wants three channels', () => {
    expect(rgbToLab(tf.zeros([2, 4, 5, 3])).shape).toEqual([2, 4, 5, 3]);
    expect(() => rgbToLab(tf.zeros([2, 4]))).toThrow(ShapeError);
  });
});
