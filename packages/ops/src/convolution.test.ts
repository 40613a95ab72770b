import { ConfigError, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient, distance, randomTensor } from '../test/check-gradient.js';
import { convTranspose2d } from './conv-transpose2d.js';
import { conv2d } from './conv2d.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

interface Case {
  kernel: number;
  stride: number;
  padding: number;
  dilation: number;
  groups: number;
  height: number;
  width: number;
}

/** The definition of cross-correlation, as plain loops. */
function correlate(x: tf.Tensor, w: tf.Tensor, { stride, padding, dilation, groups }: Case): tf.Tensor {
  const [xs, ws] = [x.arraySync() as number[][][][], w.arraySync() as number[][][][]];
  const [outputs, inputs, kh, kw] = w.shape as [number, number, number, number];
  const extent = (size: number, kernel: number): number =>
    Math.floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
  const [height, width] = [extent(x.shape[1]!, kh), extent(x.shape[2]!, kw)];
  const value = (b: number, i: number, j: number, o: number): number => {
    let sum = 0;
    const first = Math.floor(o / (outputs / groups)) * inputs;
    for (let c = 0; c < inputs; c++)
      for (let u = 0; u < kh; u++)
        for (let v = 0; v < kw; v++) {
          const pixel = xs[b]![i * stride - padding + u * dilation]?.[j * stride - padding + v * dilation];
          sum += (pixel?.[first + c] ?? 0) * ws[o]![c]![u]![v]!;
        }
    return sum;
  };
  const shape = [x.shape[0]!, height, width, outputs];
  const buffer = tf.buffer(shape);
  for (let b = 0; b < shape[0]!; b++)
    for (let i = 0; i < height; i++)
      for (let j = 0; j < width; j++) for (let o = 0; o < outputs; o++) buffer.set(value(b, i, j, o), b, i, j, o);
  return buffer.toTensor();
}

const cases = fc.record({
  kernel: fc.integer({ min: 1, max: 4 }),
  stride: fc.integer({ min: 1, max: 3 }),
  padding: fc.integer({ min: 0, max: 3 }),
  dilation: fc.integer({ min: 1, max: 3 }),
  groups: fc.constantFrom(1, 2, 3),
  each: fc.constantFrom(1, 2),
  height: fc.integer({ min: 10, max: 13 }),
  width: fc.integer({ min: 10, max: 12 }),
});

describe('conv2d', () => {
  it('equals the definition for any stride, padding, dilation and groups', () => {
    fc.assert(
      fc.property(cases, fc.nat(1000), (drawn, seed) => {
        const x = randomTensor([2, drawn.height, drawn.width, drawn.each * drawn.groups], seed);
        const w = randomTensor([2 * drawn.groups, drawn.each, drawn.kernel, drawn.kernel], seed + 1);
        expect(distance(conv2d(x, w, undefined, drawn), correlate(x, w, drawn))).toBeLessThan(1e-5);
      }),
      { numRuns: 40 },
    );
  });

  it('adds the bias of each output channel', () => {
    const x = randomTensor([1, 5, 4, 2], 1);
    const w = randomTensor([3, 2, 3, 3], 2);
    const bias = tf.tensor1d([1, -2, 0.5]);
    expect(distance(conv2d(x, w, bias, { padding: 1 }), tf.add(conv2d(x, w, undefined, { padding: 1 }), bias))).toBe(0);
  });

  it.each([
    { stride: 2, padding: 1, dilation: 1, groups: 1 },
    { stride: 1, padding: 2, dilation: 2, groups: 1 },
    { stride: 2, padding: 2, dilation: 2, groups: 2 },
    { stride: 2, padding: 1, dilation: 1, groups: 2, each: 1 },
    { stride: 1, padding: 2, dilation: 2, groups: 2, each: 1 },
  ])('has the gradient of central differences: %o', (options) => {
    const { each = 2 } = options as { each?: number };
    const x = randomTensor([1, 7, 6, each * options.groups], 3);
    const w = randomTensor([2 * options.groups, each, 3, 3], 4);
    const bias = randomTensor([2 * options.groups], 5);
    checkGradient((a, b, c) => conv2d(a, b, c, options), [x, w, bias]);
  });

  it('names what does not fit', () => {
    const x = randomTensor([1, 4, 4, 3], 1);
    const w = randomTensor([2, 2, 3, 3], 1);
    expect(() => conv2d(x, w)).toThrow(ShapeError);
    expect(() => conv2d(x, w)).toThrow('conv2d input: expected [B, H, W, 2]');
    expect(() => conv2d(randomTensor([1, 2, 4, 2], 1), w)).toThrow('at least 3 samples along axis 1');
    expect(() => conv2d(randomTensor([1, 4, 4, 2], 1), w, tf.zeros([3]))).toThrow('conv2d bias: expected [2]');
    expect(() => conv2d(x, w, undefined, { stride: 0 })).toThrow(ConfigError);
    expect(() => conv2d(x, w, undefined, { groups: 3 })).toThrow('conv2d groups');
    expect(() => conv2d(tf.zeros([4, 4, 3]), w)).toThrow('expected [B, H, W, C], found [4, 4, 3]');
  });
});

describe('convTranspose2d', () => {
  it('is the adjoint of conv2d with the same weight', () => {
    const drawn = cases.filter(({ padding, kernel }) => padding < kernel);
    fc.assert(
      fc.property(drawn, fc.nat(1000), ({ kernel, stride, padding, height, width }, seed) => {
        const w = randomTensor([3, 2, kernel, kernel], seed);
        const x = randomTensor([2, height, width, 2], seed + 1);
        const forward = conv2d(x, w, undefined, { stride, padding });
        const y = randomTensor(forward.shape, seed + 2);
        const outputPadding: [number, number] = [
          (height + 2 * padding - kernel) % stride,
          (width + 2 * padding - kernel) % stride,
        ];
        const back = convTranspose2d(y, w, undefined, { stride, padding, outputPadding });
        expect(back.shape).toEqual(x.shape);
        const left = tf.sum(tf.mul(forward, y)).dataSync()[0]!;
        const right = tf.sum(tf.mul(x, back)).dataSync()[0]!;
        expect(Math.abs(left - right)).toBeLessThan(1e-3);
      }),
      { numRuns: 40 },
    );
  });

  it('has the gradient of central differences', () => {
    const inputs = [randomTensor([1, 3, 4, 3], 1), randomTensor([3, 2, 4, 4], 2), randomTensor([2], 3)];
    checkGradient((x, w, b) => convTranspose2d(x, w, b, { stride: 2, padding: 1 }), inputs);
  });

  it('names what does not fit', () => {
    const w = randomTensor([3, 2, 4, 4], 1);
    const x = randomTensor([1, 3, 3, 3], 1);
    expect(() => convTranspose2d(randomTensor([1, 3, 3, 2], 1), w)).toThrow('expected [B, H, W, 3]');
    expect(() => convTranspose2d(x, w, tf.zeros([3]))).toThrow('convTranspose2d bias: expected [2]');
    expect(() => convTranspose2d(x, w, undefined, { outputPadding: 1 })).toThrow('less than the stride');
    expect(() => convTranspose2d(x, w, undefined, { padding: 3 })).toThrow(ShapeError);
  });
});
