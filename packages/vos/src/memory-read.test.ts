import { ConfigError, createRandom, type HostTensor, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { expectNoTensorLeak, readFixture, relativeL2, toChannelsFirst, toChannelsLast } from '@vosvfi/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { readMemory } from './index.js';

let stored: ReadonlyMap<string, HostTensor>;

beforeAll(async () => {
  await tf.setBackend('cpu');
  stored = await readFixture(new URL('../test/fixtures/stcn.safetensors', import.meta.url));
});

/** Stored [1, C, (T,) h, w] as [1, N, C]. */
function cells(name: string): tf.Tensor3D {
  const tensor = stored.get(name)!;
  const channels = tensor.shape[1]!;
  const count = tensor.data.length / channels;
  const { data } = toChannelsLast({ ...tensor, shape: [1, channels, 1, count] });
  return tf.tensor3d(data as Float32Array, [1, count, channels]);
}

function errorOf(name: string, actual: tf.Tensor): number {
  const [, count, channels] = actual.shape as [number, number, number];
  const data = actual.dataSync() as Float32Array;
  const flat = toChannelsFirst({ data, shape: [1, 1, count, channels], dtype: 'float32' });
  return relativeL2(flat.data, stored.get(name)!.data);
}

describe('parity with the official reading', () => {
  it.each([
    ['mem.full', null, 'mem.full.grad'],
    ['mem.top20', 20, 'mem.top20.emulated.grad'],
  ] as const)('%s: values and gradients', (label, topK, gradient) => {
    const target = cells('mem.in.target');
    const loss = (keys: tf.Tensor, queries: tf.Tensor, values: tf.Tensor): tf.Scalar => {
      const memory = { keys: keys as tf.Tensor3D, values: values as tf.Tensor3D };
      return tf.mean(tf.square(tf.sub(readMemory(memory, queries as tf.Tensor3D, { topK }).values, target)));
    };
    const [keys, queries, values] = ['mk', 'qk', 'mv'].map((name) => cells(`mem.in.${name}`)) as [
      tf.Tensor3D,
      tf.Tensor3D,
      tf.Tensor3D,
    ];
    expect(errorOf(`${label}.readout`, readMemory({ keys, values }, queries, { topK }).values)).toBeLessThan(1e-6);
    const grads = tf.grads(loss)([keys, queries, values]);
    ['mk', 'qk', 'mv'].forEach((name, index) => {
      expect(errorOf(`${gradient}.${name}`, grads[index]!), name).toBeLessThan(2e-6);
    });
  });
});

function draw(shape: [number, number, number], seed: number, scale = 1): tf.Tensor3D {
  const random = createRandom(seed);
  const size = shape[0] * shape[1] * shape[2];
  return tf.tensor3d(
    Float32Array.from({ length: size }, () => random.uniform(-scale, scale)),
    shape,
  );
}

describe('readMemory', () => {
  it('reads several objects and samples as each alone', () => {
    const [keys, queries] = [draw([2, 6, 4], 1), draw([2, 3, 4], 2)];
    // Two objects of two samples, object by object.
    const values = draw([4, 6, 5], 3);
    for (const topK of [null, 2]) {
      const all = readMemory({ keys, values }, queries, { topK }).values;
      expect(all.shape).toEqual([4, 3, 5]);
      for (const row of [0, 1, 2, 3]) {
        const sample = row % 2;
        const memory = { keys: tf.slice(keys, sample, 1), values: tf.slice(values, row, 1) };
        const alone = readMemory(memory, tf.slice(queries, sample, 1), { topK }).values;
        expect(relativeL2(tf.slice(all, row, 1).dataSync(), alone.dataSync())).toBeLessThan(1e-6);
      }
    }
  });

  it('reads nearly the value of a cell whose key it has', () => {
    const keys = draw([1, 30, 8], 4, 40);
    const values = draw([1, 30, 3], 5);
    const { values: read, shares } = readMemory({ keys, values }, keys, { topK: 20 });
    expect(relativeL2(read.dataSync(), values.dataSync())).toBeLessThan(1e-6);
    expect(
      tf
        .sum(shares, 2)
        .dataSync()
        .every((sum) => Math.abs(sum - 1) < 1e-6),
    ).toBe(true);
  });

  it('reads all cells where there are fewer than k, and stays finite for large keys', () => {
    const [keys, values, queries] = [draw([1, 5, 4], 6, 1e3), draw([1, 5, 2], 7), draw([1, 3, 4], 8, 1e3)];
    const few = readMemory({ keys, values }, queries, { topK: 20 });
    expect(few.cells).toBeNull();
    expect(few.values.dataSync()).toEqual(readMemory({ keys, values }, queries, { topK: null }).values.dataSync());
    expect(few.values.dataSync().every(Number.isFinite)).toBe(true);
  });

  it('frees everything but its results', async () => {
    const [keys, values, queries] = [draw([1, 30, 4], 6), draw([2, 30, 2], 7), draw([1, 3, 4], 8)];
    await expectNoTensorLeak(tf, () => tf.tidy(() => void readMemory({ keys, values }, queries, { topK: 20 })));
  });

  it('names what does not fit', () => {
    const memory = { keys: draw([2, 6, 4], 1), values: draw([2, 6, 5], 3) };
    const queries = draw([2, 3, 4], 2);
    expect(() => readMemory(memory, draw([2, 3, 5], 2), { topK: null })).toThrow(ShapeError);
    expect(() => readMemory({ ...memory, values: draw([3, 6, 5], 3) }, queries, { topK: null })).toThrow(
      '[K * 2, 6, V]',
    );
    expect(() => readMemory(memory, queries, { topK: 0 })).toThrow(ConfigError);
  });
});
