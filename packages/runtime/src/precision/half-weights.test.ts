import { createRandom, hostTensor } from '@vosvfi/core';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { compile } from '../compile.js';
import { exportOnnx } from '../export-onnx.js';
import * as tf from '../tf.js';

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
    // A pixel grid: halves hold whole numbers only up to 2048.
    grid: tf.add(tf.mul(tf.sum(x as tf.Tensor), 0), tf.range(0, 5000)),
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
    expect(found.grid?.data[4999]).toBe(4999);
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
