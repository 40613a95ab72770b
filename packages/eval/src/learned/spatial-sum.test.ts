import { hostTensor } from '@vosvfi/core';
import { compile } from '@vosvfi/runtime';
import { describe, expect, it } from 'vitest';
import { spatialMean, spatialSum } from './spatial-sum.js';

describe('spatialSum', () => {
  it.each([
    [1, 1],
    [5, 7],
    [17, 32],
    [300, 401],
  ])('and its mean keep the digits of equal values, %ix%i', async (height, width) => {
    // One of the picture's two channels of equal values, so large that float32 added one by one loses four digits.
    const values = Float32Array.from({ length: 2 * height * width * 2 }, (_, i) => (i % 2 === 0 ? 0.47 : 3));
    const x = hostTensor(values, [2, height, width, 2]);
    const compiled = await compile(
      (inputs) => ({ sum: spatialSum(inputs.x!), mean: spatialMean(inputs.x!) }),
      { x },
      {
        weights: new Map(),
        threads: 1,
      },
    );
    const { sum, mean } = await compiled.run({ x });
    await compiled.dispose();
    expect(mean!.shape).toEqual([2, 1, 1, 2]);
    for (const [i, value] of [0.47, 3, 0.47, 3].entries()) {
      expect(Math.abs(mean!.data[i]! / value - 1)).toBeLessThan(2e-7);
      expect(Math.abs(sum!.data[i]! / (value * height * width) - 1)).toBeLessThan(2e-7);
    }
  });
});
