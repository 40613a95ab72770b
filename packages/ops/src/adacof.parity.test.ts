import type { HostTensor } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { readFixture, relativeL2, toChannelsFirst, toChannelsLast } from '@vosvfi/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { adacof } from './adacof.js';

const fixture = new URL('../test/fixtures/adacof.safetensors', import.meta.url);
let stored: Map<string, HostTensor>;

beforeAll(async () => {
  await tf.setBackend('cpu');
  stored = await readFixture(fixture);
});

function input(name: string): tf.Tensor {
  const { data, shape } = toChannelsLast(stored.get(name)!);
  return tf.tensor(data, [...shape]);
}

function error(actual: tf.Tensor, name: string): number {
  const host = toChannelsFirst({ data: actual.dataSync() as Float32Array, shape: actual.shape, dtype: 'float32' });
  return relativeL2(host.data, stored.get(name)!.data);
}

const names = ['input', 'weight', 'alpha', 'beta'] as const;

function run(id: string, dilation: number, gradient: 'exact' | 'official') {
  const operands = names.map((name) => input(`${id}.in.${name}`));
  return tf.valueAndGrads((...at: tf.Tensor[]) => {
    const maps = { weights: at[1]!, offsetsY: at[2]!, offsetsX: at[3]! };
    const out = adacof(at[0]!, maps, { dilation, padding: 'none', gradient });
    expect(error(out, `${id}.out`)).toBeLessThan(1e-6);
    return tf.mean(tf.square(tf.sub(out, input(`${id}.in.target`))));
  })(operands);
}

describe('adacof against the official code', () => {
  it.each([
    ['k5', 1],
    ['k3d2c5', 2],
    ['k11d2', 2],
  ] as const)('gives the same picture, loss and gradients (%s)', (id, dilation) => {
    const { value, grads } = run(id, dilation, 'exact');
    expect(Math.abs(value.dataSync()[0]! / stored.get(`${id}.loss`)!.data[0]! - 1)).toBeLessThan(2e-6);
    for (const [i, name] of names.entries()) {
      expect(error(grads[i]!, `${id}.exact.grad.${name}`), name).toBeLessThan(2e-6);
    }
  });

  it('gives the official backward where asked: three channels, and nothing for the image', () => {
    const { grads } = run('k3d2c5', 2, 'official');
    expect(tf.max(tf.abs(grads[0]!)).dataSync()[0]).toBe(0);
    for (const [i, name] of (['weight', 'alpha', 'beta'] as const).entries()) {
      expect(error(grads[i + 1]!, `k3d2c5.official.grad.${name}`), name).toBeLessThan(2e-6);
    }
  });
});
