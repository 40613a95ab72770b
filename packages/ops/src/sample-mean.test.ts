import { createRandom } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { sampleMean } from './index.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('sampleMean', () => {
  it('is the mean over all axes but the first, for any extents', () => {
    const extents = fc.tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 23 }),
      fc.integer({ min: 1, max: 9 }),
    );
    fc.assert(
      fc.property(extents, fc.integer(), ([batch, height, width], seed) => {
        const random = createRandom(seed);
        const values = Float32Array.from({ length: batch * height * width }, () => random.uniform());
        const means = tf.tidy(() => sampleMean(tf.tensor3d(values, [batch, height, width])));
        expect(means.shape).toEqual([batch, 1, 1]);
        const found = means.dataSync();
        means.dispose();
        for (let b = 0; b < batch; b++) {
          const part = values.subarray(b * height * width, (b + 1) * height * width);
          expect(found[b]).toBeCloseTo(part.reduce((sum, value) => sum + value, 0) / part.length, 6);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('passes the same gradient to every value', () => {
    tf.tidy(() => {
      const gradient = tf.grad((x) => tf.sum(tf.mul(sampleMean(x), tf.tensor4d([1, 2], [2, 1, 1, 1]))))(
        tf.zeros([2, 4, 5, 3]),
      );
      const expected = [...new Array(60).fill(1 / 60), ...new Array(60).fill(2 / 60)];
      gradient.dataSync().forEach((value, index) => void expect(value).toBeCloseTo(expected[index]!, 7));
    });
  });
});
