import { hostTensor } from '@vosvfi/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  crop,
  expectGradient,
  expectNoTensorLeak,
  numericalGradient,
  oracleTensor,
  oracleWeights,
  permute,
  relativeL2,
  relativeL2ToStored,
  toChannelsFirst,
  toChannelsLast,
} from './index.js';

const range = (shape: number[]) =>
  hostTensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
    shape,
  );

describe('oracleTensor', () => {
  it('gives the check vector of the rule', () => {
    const { data } = oracleTensor('encoder.pyramid1.0.0.weight', [24, 3, 3, 3], 0, 0.3);
    const expected = [-0.28783116, -0.22198668, 0.08751281, -0.1755118];
    expected.forEach((value, i) => void expect(data[i]).toBeCloseTo(value, 7));
  });

  it('adds diag where row equals column', () => {
    const plain = oracleTensor('k', [3, 3, 1, 1], 0, 0.1).data;
    const { data } = oracleTensor('k', [3, 3, 1, 1], 0, 0.1, 2);
    data.forEach((value, i) => void expect(value - plain[i]!).toBeCloseTo(i % 4 === 0 ? 2 : 0, 6));
  });
});

describe('oracleWeights', () => {
  const base = oracleTensor('a', [2, 2], 0, 1);
  const sum = base.data.reduce((total, value) => total + value, 0);
  const rule = { key: 'a', shape: [2, 2], center: 0, amplitude: 1, first4: [...base.data], sum };

  it('takes the values of the other key for an alias', () => {
    const weights = oracleWeights([rule, { ...rule, key: 'b', alias_of: 'a' }]);
    expect(weights.get('b')).toEqual(base);
  });

  it('refuses values that are not the stored ones', () => {
    expect(() => oracleWeights([{ ...rule, sum: sum + 1e-3 }])).toThrow(/"a".*sums to/);
    expect(() => oracleWeights([{ ...rule, key: 'c' }])).toThrow(/"c" starts/);
  });
});

describe('layout', () => {
  it('moves channels there and back', () => {
    const tensor = range([2, 3, 4, 5]);
    const last = toChannelsLast(tensor);
    expect(last.shape).toEqual([2, 4, 5, 3]);
    expect(last.data[1]).toBe(20);
    expect(toChannelsFirst(last)).toEqual(tensor);
    expect(toChannelsFirst(toChannelsLast(range([2, 1, 3, 4, 5])))).toEqual(range([2, 1, 3, 4, 5]));
  });

  it('permutes as strides say and refuses what is no order', () => {
    expect(permute(range([2, 3]), [1, 0])).toEqual(hostTensor(Float32Array.of(0, 3, 1, 4, 2, 5), [3, 2]));
    expect(() => permute(range([2, 3]), [0, 0])).toThrow(/order of 2 axes/);
  });

  it('cuts ranges, also those that end beyond the tensor', () => {
    expect(
      crop(range([3, 4]), [
        [1, 2],
        [2, 99],
      ]),
    ).toEqual(hostTensor(Float32Array.of(6, 7), [1, 2]));
  });

  it('compares with a stored part, wherever it differs', () => {
    const part = hostTensor(Float32Array.of(0, 1, 4, 5), [2, 2]);
    expect(relativeL2ToStored(range([3, 4]), part)).toBe(0);
    expect(relativeL2ToStored(range([3, 4]), { ...part, data: Float32Array.of(0, 1, 4, 3) })).toBeGreaterThan(0.1);
    expect(() => relativeL2ToStored(range([1, 4]), part)).toThrow(RangeError);
  });
});

describe('relativeL2', () => {
  it('measures, leaves out and sees NaN', () => {
    expect(relativeL2([3, 4.5], [3, 4])).toBeCloseTo(0.1);
    expect(relativeL2([3, 9], [3, 4], [1, 0])).toBe(0);
    expect(relativeL2([0.5], [0])).toBe(0.5);
    expect(relativeL2([Number.NaN], [1])).toBeNaN();
    expect(relativeL2([Number.NaN, Number.POSITIVE_INFINITY], [Number.NaN, Number.POSITIVE_INFINITY])).toBe(0);
    expect(() => relativeL2([1], [1, 2])).toThrow(/1 elements against 2/);
  });
});

describe('expectNoTensorLeak', () => {
  it('passes for a flat count and names what is left', async () => {
    const tf = { count: 5, memory: () => ({ numTensors: tf.count, numBytes: 4 * tf.count }) };
    await expectNoTensorLeak(tf, () => undefined);
    await expect(expectNoTensorLeak(tf, () => void tf.count++)).rejects.toThrow(/1 tensors \(4 bytes\)/);
  });
});

describe('gradients', () => {
  const f = (x: Float32Array) => x[0]! ** 2 + 3 * x[1]!;

  it('differentiates and restores its argument', async () => {
    const x = Float32Array.of(2, 1);
    const gradient = await numericalGradient(f, x);
    expect(gradient[0]).toBeCloseTo(4, 4);
    expect(gradient[1]).toBeCloseTo(3, 4);
    expect(x).toEqual(Float32Array.of(2, 1));
  });

  it('accepts a right gradient and names the wrong element', async () => {
    const x = Float32Array.of(2, 1);
    await expectGradient(f, x, [4, 3], { tolerance: 1e-4 });
    await expect(expectGradient(f, x, [4, 3.1], { tolerance: 1e-4 })).rejects.toThrow(/element 1/);
  });
});

it('properties have a fixed seed in every test file that imports fast-check', () => {
  expect(fc.readConfigureGlobal()).toEqual({ seed: expect.any(Number) });
});
