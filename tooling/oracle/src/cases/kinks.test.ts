import { hostTensor, type WeightMap } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { findKinks, settleKink, settleKinks } from './kinks.js';

describe('kinks', () => {
  const observed = new Map([['layer', hostTensor(Float32Array.of(1, -1e-7, -1, 1, 2e-6, 1), [1, 1, 3, 2])]]);
  const weights = new Map([['layer.bias', hostTensor(Float32Array.of(0.5, 0), [2])]]);

  it('are the values within rounding of 0, nearest first', () => {
    expect(findKinks(observed).map(({ bias, channel }) => [bias, channel])).toEqual([
      ['layer.bias', 1],
      ['layer.bias', 0],
    ]);
  });

  it('are moved by a bias, just beyond rounding', () => {
    const [kink] = findKinks(observed);
    const above = settleKink(weights, kink!, 'above').get('layer.bias')!.data;
    const below = settleKink(weights, kink!, 'below').get('layer.bias')!.data;
    expect(above[0]).toBe(0.5);
    expect(kink!.value + above[1]!).toBeCloseTo(kink!.reach, 9);
    expect(kink!.value + below[1]!).toBeCloseTo(-kink!.reach, 9);
    expect(kink!.reach).toBeLessThan(1e-5);
    expect(() => settleKink(new Map(), kink!, 'above')).toThrow('layer.bias');
  });

  it('are tried until the error is small; an error of another cause stays', async () => {
    const kinks = findKinks(observed);
    // The reference stands on the positive side of the first kink.
    const run = async (given: WeightMap) => (given.get('layer.bias')!.data[1]! > 1e-7 ? 1e-6 : 1e-3);
    const settle = (limit: number, extra: number) => settleKinks(weights, kinks, limit, run, (error) => error + extra);
    expect(await settle(1e-4, 0)).toEqual({ result: 1e-6, settled: 1 });
    expect(await settle(1e-2, 0)).toEqual({ result: 1e-3, settled: 0 });
    expect(await settle(1e-4, 0.5)).toEqual({ result: 1e-3, settled: 0 });
  });
});
