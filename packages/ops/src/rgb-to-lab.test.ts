import { createRandom, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { expectGradient } from '@vosvfi/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { rgbToLab } from './rgb-to-lab.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** RGB, what OpenCV 4.6's `cvtColor(COLOR_RGB2Lab)` gives for float32 by its table, and what its formulas give in float64. */
const colours: readonly (readonly [rgb: readonly number[], opencv: readonly number[], exact: readonly number[]])[] = [
  [
    [0.0, 0.0, 0.0],
    [0.0, 0.0, 0.0],
    [0.0, 0.0, 0.0],
  ],
  [
    [1.0, 1.0, 1.0],
    [100.0, 0.0, 0.0],
    [100.0, 0.0, 0.0],
  ],
  [
    [0.5, 0.5, 0.5],
    [53.3875, 0.0, 0.0],
    [53.389, 0.0, 0.0],
  ],
  [
    [1.0, 0.0, 0.0],
    [53.241, 80.0938, 67.2031],
    [53.2406, 80.0942, 67.2015],
  ],
  [
    [0.0, 1.0, 0.0],
    [87.738, -86.1875, 83.1719],
    [87.7351, -86.1813, 83.1775],
  ],
  [
    [0.0, 0.0, 1.0],
    [32.2937, 79.1875, -107.8594],
    [32.2957, 79.187, -107.8617],
  ],
  [
    [0.02, 0.03, 0.01],
    [1.8066, -1.3438, 1.6562],
    [1.8478, -1.376, 1.6952],
  ],
  [
    [0.2, 0.7, 0.4],
    [64.6545, -51.625, 29.4531],
    [64.7248, -51.6403, 29.3528],
  ],
  [
    [0.9, 0.3, 0.6],
    [56.2744, 65.3281, -9.2031],
    [56.3697, 65.3727, -9.1139],
  ],
  [
    [0.04, 0.05, 0.3],
    [7.8918, 24.6406, -38.7656],
    [7.9118, 24.8043, -38.9417],
  ],
];

describe('rgbToLab', () => {
  it.each(colours)('of %j is near OpenCV\u2019s %j and at the formulas\u2019 %j', (rgb, opencv, exact) => {
    const found = rgbToLab(tf.tensor2d([...rgb], [1, 3])).dataSync();
    exact.forEach((value, i) => {
      expect(Math.abs(found[i]! - value)).toBeLessThan(2e-3);
      // The table's own error: 0.61 at most over random colours.
      expect(Math.abs(found[i]! - opencv[i]!)).toBeLessThan(0.61);
    });
  });

  it('has the gradient of its values, outside 0..1 as well', async () => {
    const random = createRandom(3);
    // Away from both kinks, at 0.04045 and where the cube root begins.
    const x = Float32Array.from({ length: 12 }, (_, i) =>
      i < 9 ? random.uniform(0.1, 1.1) : random.uniform(-0.05, 0.02),
    );
    const weights = tf.tensor2d(
      Float32Array.from({ length: 12 }, (_, i) => Math.cos(i) / 10),
      [4, 3],
    );
    const loss = (rgb: tf.Tensor): tf.Scalar => tf.sum(tf.mul(rgbToLab(rgb), weights));
    const gradient = tf
      .grad(loss)(tf.tensor2d(x, [4, 3]))
      .dataSync();
    const value = (at: Float32Array): number => loss(tf.tensor2d(Float32Array.from(at), [4, 3])).dataSync()[0]!;
    await expectGradient(value, x, gradient, { tolerance: 2e-3, step: 2e-3 });
  });

  it('keeps the leading axes and wants three channels', () => {
    expect(rgbToLab(tf.zeros([2, 4, 5, 3])).shape).toEqual([2, 4, 5, 3]);
    expect(() => rgbToLab(tf.zeros([2, 4]))).toThrow(ShapeError);
  });
});
