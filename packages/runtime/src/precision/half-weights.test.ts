import { createRandom, hostTensor } from '@vosvfi/core';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { compile } from '../compile.js';
import { exportOnnx } from '../export-onnx.js';
import * as tf from '../tf.js';
import { halfBits } from './half-weights.js';

describe('halfBits', () => {
  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [1 / 3, 0x3555],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [3 * 2 ** -25, 0x0002],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [2047.5, 0x6800],
    [0.99999, 0x3c00],
  ])('of %f', (value, bits) => {
    expect(halfBits(value)).toBe(bits);
  });
});

describe('float16 weights', () => {
  const random = createRandom(3);
  const weights = new Map([
    [
      'w',
      hostTensor(
        Float32Array.from({ length: 64 * 64 }, () => random.uniform(-1, 1)),
        [64, 64],
      ),
    ],
    [
      'large',
      hostTensor(
        new Float32Array(4096).map((_, index) => 1e6 + index),
        [4096],
      ),
    ],
  ]);
  const fn = ({ x }: Readonly<Record<string, tf.Tensor>>, w: ReadonlyMap<string, tf.Tensor>) => ({
    y: tf.matMul(x as tf.Tensor2D, w.get('w') as tf.Tensor2D),
    z: tf.add(tf.sum(x as tf.Tensor), w.get('large') as tf.Tensor),
  });
  const signature = { x: { shape: [1, 64] } };
  const inputs = {
    x: hostTensor(
      Float32Array.from({ length: 64 }, () => random.uniform(-1, 1)),
      [1, 64],
    ),
  };

  it('compute nearly the same, and keep what halves cannot hold', async () => {
    const exact = await compile(fn, signature, { weights });
    const halved = await compile(fn, signature, { weights, precision: { kind: 'float16-weights' } });
    const [expected, found] = [await exact.run(inputs), await halved.run(inputs)];
    const differences = Array.from(found.y?.data ?? [], (value, i) =>
      Math.abs(value - (expected.y?.data[i] as number)),
    );
    expect(Math.max(...differences)).toBeLessThan(64 * 2 ** -12);
    expect(Math.max(...differences)).toBeGreaterThan(0);
    expect(found.z?.data).toEqual(expected.z?.data);
    await Promise.all([exact.dispose(), halved.dispose()]);
  });

  it('make a file smaller, which other programs load', async () => {
    const file = exportOnnx(fn, signature, { weights, precision: { kind: 'float16-weights' } });
    expect(file.byteLength).toBeLessThan(exportOnnx(fn, signature, { weights }).byteLength - 2 * 64 * 64 + 500);
    const session = await ort.InferenceSession.create(file);
    const { y } = await session.run({ x: new ort.Tensor('float32', inputs.x.data, [1, 64]) });
    expect(y?.dims).toEqual([1, 64]);
    await session.release();
  });
});
