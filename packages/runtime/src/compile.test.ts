import { createRandom, hostTensor, ShapeError, UnsupportedError } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import type { EngineId, TensorFunction } from './engine.js';
import * as tf from './tf.js';

const random = createRandom(7);
const noise = (...shape: number[]) =>
  hostTensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform(-1, 1)),
    shape,
  );

const weights = new Map([
  ['a.weight', noise(4, 3, 3, 3)],
  ['a.bias', noise(4)],
]);

/** A convolution with PyTorch weights, a loss, and the gradient by the image. */
const fn: TensorFunction = ({ x }, w) => {
  const filter = tf.transpose(w.get('a.weight') as tf.Tensor, [2, 3, 1, 0]) as tf.Tensor4D;
  const forward = (image: tf.Tensor) =>
    tf.relu(tf.add(tf.conv2d(image as tf.Tensor4D, filter, 2, 1), w.get('a.bias') as tf.Tensor));
  const slope = tf.grad((image: tf.Tensor) => tf.sum(tf.square(forward(image))))(x as tf.Tensor);
  return { y: forward(x as tf.Tensor), slope };
};

describe('compile', () => {
  it('gives the same numbers on every engine that has the kernels', async () => {
    const inputs = { x: noise(2, 7, 6, 3) };
    const run = async (engine: EngineId) => {
      const compiled = await compile(fn, { x: { shape: [2, 7, 6, 3] } }, { engine, weights });
      const result = await compiled.run(inputs);
      await compiled.dispose();
      return result;
    };
    const [graph, cpu, wasm] = [await run('graph'), await run('cpu'), await run('wasm')];
    for (const name of ['y', 'slope']) {
      expect(graph[name]?.shape).toEqual(cpu[name]?.shape);
      for (const other of [graph, wasm]) {
        for (const [i, value] of (other[name]?.data ?? []).entries()) {
          expect(value).toBeCloseTo(cpu[name]?.data[i] as number, 4);
        }
      }
    }
  });

  it('names the input that does not fit', async () => {
    const compiled = await compile(({ x }) => ({ y: tf.neg(x as tf.Tensor) }), { x: { shape: [2] } });
    await expect(compiled.run({})).rejects.toThrow(ShapeError);
    await expect(compiled.run({})).rejects.toThrow('Input "x": expected float32 [2], found nothing');
    await expect(compiled.run({ x: noise(3) })).rejects.toThrow('found float32 [3]');
    await expect(compiled.run({ x: noise(2), z: noise(2) })).rejects.toThrow('Input "z"');
    await compiled.dispose();
  });

  it.each(['graph', 'cpu'] as const)('writes outputs into given arrays on engine %s', async (engine) => {
    const double: TensorFunction = ({ x }) => ({ y: tf.mul(x as tf.Tensor, 2), z: tf.neg(x as tf.Tensor) });
    const compiled = await compile(double, { x: { shape: [2] } }, { engine });
    const x = { x: hostTensor(Float32Array.of(1, 2), [2]) };
    const y = new Float32Array(2);
    const results = await compiled.run(x, { y });
    expect(results.y?.data).toBe(y);
    expect([...y]).toEqual([2, 4]);
    expect([...(results.z?.data ?? [])]).toEqual([-1, -2]);
    await expect(compiled.run(x, { y: new Float32Array(3) })).rejects.toThrow(
      'Array for output "y": expected Float32Array of 2 elements, found Float32Array of 3',
    );
    await expect(compiled.run(x, { y: new Int32Array(2) })).rejects.toThrow('found Int32Array of 2');
    await expect(compiled.run(x, { w: y })).rejects.toThrow('Output "w": expected one of y, z');
    await compiled.dispose();
  });

  it('names the kernel whose value is read while tracing', async () => {
    const reads: TensorFunction = ({ x }) => {
      const total = tf.sum(x as tf.Tensor).dataSync()[0] as number;
      return { y: total > 0 ? (x as tf.Tensor) : tf.neg(x as tf.Tensor) };
    };
    const error = await compile(reads, { x: { shape: [2] } }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UnsupportedError);
    expect((error as Error).message).toContain('The value of Sum []');
    const asynchronous: TensorFunction = ({ x }) => {
      void tf.exp(x as tf.Tensor).data();
      return { y: x as tf.Tensor };
    };
    await expect(compile(asynchronous, { x: { shape: [2] } })).rejects.toThrow('The value of Exp [2]');
  });

  it('names the engine and the kernel it lacks', async () => {
    const fft: TensorFunction = ({ x }) => ({ y: tf.real(tf.fft(tf.complex(x as tf.Tensor, x as tf.Tensor))) });
    await expect(compile(fft, { x: { shape: [4] } })).rejects.toThrow('Engine "graph" has no kernel "Complex"');
    const eager = await compile(fft, { x: { shape: [4] } }, { engine: 'wasm' });
    await expect(eager.run({ x: noise(4) })).rejects.toThrow('Engine "wasm" has no kernel "Complex"');
    await eager.dispose();
  });

  it('returns inputs, constants and the same value under two names', async () => {
    const compiled = await compile(
      ({ x }) => {
        const y = tf.neg(x as tf.Tensor);
        return { x1: x as tf.Tensor, y, z: y, two: tf.scalar(2) };
      },
      { x: { shape: [2] } },
    );
    const { x1, y, z, two } = await compiled.run({ x: hostTensor(Float32Array.of(1, -2), [2]) });
    expect([x1, y, z, two].map((t) => [...(t?.data ?? [])])).toEqual([[1, -2], [-1, 2], [-1, 2], [2]]);
    await compiled.dispose();
  });

  it('keeps constants usable eagerly after tracing', async () => {
    const outside = tf.tensor1d([1, 2]);
    const compiled = await compile(({ x }) => ({ y: tf.add(x as tf.Tensor, outside) }), { x: { shape: [2] } });
    expect([...(tf.add(outside, 1) as tf.Tensor).dataSync()]).toEqual([2, 3]);
    await compiled.dispose();
  });
});
