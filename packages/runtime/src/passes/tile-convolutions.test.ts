import { createRandom, type HostTensor, hostTensor, sizeOf } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { compile } from '../compile.js';
import type { TensorFunction } from '../engine.js';
import * as tf from '../tf.js';
import { trace } from '../trace/trace.js';
import { optimize } from './optimize.js';

const random = createRandom(5);
const noise = (shape: readonly number[]): HostTensor =>
  hostTensor(
    Float32Array.from({ length: sizeOf(shape) }, () => random.uniform(-1, 1)),
    shape,
  );

const [few, many] = [64, 192];
const weights = new Map([
  ['wide', noise([many, many, 3, 3])],
  ['narrow', noise([few, many, 3, 3])],
  ['point', noise([many, many, 1, 1])],
  ['large', noise([few, few, 5, 5])],
  ['slim', noise([few / 2, few, 5, 5])],
  ['bias', noise([many])],
]);

type Name = 'wide' | 'narrow' | 'point' | 'large' | 'slim';
const convolution =
  (name: Name, stride = 1, pad: 'same' | 'valid' = 'same'): TensorFunction =>
  ({ x }, given) => ({
    y: tf.conv2d(
      x as tf.Tensor4D,
      tf.transpose(given.get(name) as tf.Tensor4D, [2, 3, 1, 0]) as tf.Tensor4D,
      stride,
      pad,
    ),
  });
const biased: TensorFunction = (inputs, given) => ({
  y: tf.relu(tf.add(convolution('wide')(inputs, given).y as tf.Tensor, given.get('bias') as tf.Tensor)),
});

function operators(fn: TensorFunction, tiledConvolutions: boolean, channels = many): string[] {
  const graph = trace(fn, { x: { shape: [1, 8, 8, channels] } }, weights);
  return optimize(graph, { tiledConvolutions }).nodes.map(({ opType }) => opType);
}

async function outputOf(fn: TensorFunction, x: HostTensor, tiledConvolutions: boolean): Promise<HostTensor> {
  const compiled = await compile(fn, { x: { shape: x.shape } }, { weights, tiledConvolutions, threads: 1 });
  const { y } = await compiled.run({ x });
  await compiled.dispose();
  return y!;
}

describe('tile-convolutions', () => {
  it.each([
    { size: 'of whole tiles', shape: [1, 8, 12, many], fn: convolution('wide') },
    { size: 'for 5x5 taps, of whole tiles', shape: [1, 4, 8, few], fn: convolution('large'), most: 1e-5 },
    { size: 'for 5x5 taps, of a batch with cut tiles', shape: [2, 5, 3, few], fn: convolution('large'), most: 1e-5 },
    { size: 'of a batch with cut tiles', shape: [2, 5, 7, many], fn: convolution('wide') },
    { size: 'smaller than a tile, with a bias', shape: [1, 2, 3, many], fn: biased },
  ])('computes the same for a picture $size', async ({ shape, fn, most = 4e-6 }) => {
    const x = noise(shape);
    const [tiled, plain] = [await outputOf(fn, x, true), await outputOf(fn, x, false)];
    expect(tiled.shape).toEqual(plain.shape);
    const errors = Array.from(plain.data, (value, index) => Math.abs(tiled.data[index]! - value));
    expect(Math.max(...errors) / Math.max(...plain.data)).toBeLessThan(most);
  });

  it('runs where it is asked for, on wide convolutions by 3x3 or 5x5 taps with zeros around', () => {
    expect(operators(convolution('wide'), true)).toContain('MatMul');
    expect(operators(convolution('wide'), false)).not.toContain('MatMul');
    expect(operators(convolution('large'), true, few)).toContain('MatMul');
    expect(operators(convolution('slim'), true, few)).not.toContain('MatMul');
    for (const fn of [
      convolution('narrow'),
      convolution('point'),
      convolution('wide', 2),
      convolution('wide', 1, 'valid'),
    ]) {
      expect(operators(fn, true)).not.toContain('MatMul');
    }
  });
});
