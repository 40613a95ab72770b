import type { HostTensor } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { readFixture, relativeL2, toChannelsFirst, toChannelsLast } from '@vosvfi/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { warpBackward } from './warp-backward.js';

const fixture = new URL('../test/fixtures/warp.safetensors', import.meta.url);
let stored: Map<string, HostTensor>;

beforeAll(async () => {
  await tf.setBackend('cpu');
  stored = await readFixture(fixture);
});

function input(name: string): tf.Tensor {
  const { data, shape } = toChannelsLast(stored.get(name)!);
  return tf.tensor(data, [...shape]);
}

function error(actual: tf.Tensor, name: string, keep: ArrayLike<number> | null = null): number {
  const host = toChannelsFirst({ data: actual.dataSync() as Float32Array, shape: actual.shape, dtype: 'float32' });
  return relativeL2(host.data, stored.get(name)!.data, keep);
}

describe('warpBackward against the official code', () => {
  it('gives the same picture and gradients', () => {
    const loss = (image: tf.Tensor, flow: tf.Tensor): tf.Scalar =>
      tf.mean(tf.square(tf.sub(warpBackward(image, flow), input('in.target'))));
    const inputs = [input('in.img'), input('in.flow')] as const;
    expect(error(warpBackward(...inputs), 'out')).toBeLessThan(1e-5);
    const { value, grads } = tf.valueAndGrads(loss)([...inputs]);
    expect(Math.abs(value.dataSync()[0]! / stored.get('loss')!.data[0]! - 1)).toBeLessThan(1e-6);
    expect(error(grads[0]!, 'main.grad.img')).toBeLessThan(1e-5);
    // The flow's gradient jumps at whole coordinates.
    const near = stored.get('aux.near_integer')!;
    const [batch, height, width] = near.shape as [number, number, number];
    const keep = Uint8Array.from({ length: batch * 2 * height * width }, (_, index) => {
      const sample = Math.floor(index / (2 * height * width));
      return 1 - near.data[sample * height * width + (index % (height * width))]!;
    });
    expect(error(grads[1]!, 'main.grad.flow', keep)).toBeLessThan(1e-5);
  });
});
