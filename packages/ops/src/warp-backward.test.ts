import { ShapeError } from '@vosvfi/core';
import { compile } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { relativeL2 } from '@vosvfi/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient, distance, randomTensor } from '../test/check-gradient.js';
import { warpBackward } from './warp-backward.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const shape = fc.record({
  height: fc.integer({ min: 2, max: 7 }),
  width: fc.integer({ min: 2, max: 7 }),
  channels: fc.integer({ min: 1, max: 3 }),
});

describe('warpBackward', () => {
  it.each(['border', 'zeros'] as const)('is the identity for zero flow (%s)', (padding) => {
    fc.assert(
      fc.property(shape, ({ height, width, channels }) => {
        const x = randomTensor([2, height, width, channels], 1);
        expect(distance(warpBackward(x, tf.zeros([2, height, width, 2]), { padding }), x)).toBe(0);
      }),
    );
  });

  it('moves by whole pixels, repeating the edge or showing nothing', () => {
    fc.assert(
      fc.property(shape, fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 }), (size, dx, dy) => {
        const { height, width, channels } = size;
        const image = randomTensor([1, height, width, channels], 3);
        const flow = tf.tile(tf.tensor4d([dx, dy], [1, 1, 1, 2]), [1, height, width, 1]);
        const values = image.arraySync() as number[][][][];
        const clamp = (value: number, extent: number): number => Math.min(extent - 1, Math.max(0, value));
        for (const padding of ['border', 'zeros'] as const) {
          const expected = values[0]!.map((row, y) =>
            row.map((pixel, x) =>
              pixel.map((_, c) =>
                padding === 'border'
                  ? values[0]![clamp(y + dy, height)]![clamp(x + dx, width)]![c]!
                  : (values[0]![y + dy]?.[x + dx]?.[c] ?? 0),
              ),
            ),
          );
          expect(distance(warpBackward(image, flow, { padding }), tf.tensor4d([expected]))).toBe(0);
        }
      }),
    );
  });

  it.each(['border', 'zeros'] as const)('has the gradient of central differences (%s)', (padding) => {
    // Fractions 0.2 .. 0.8, so that no coordinate crosses a pixel within the step; some fall outside the picture.
    const whole = tf.round(randomTensor([2, 4, 5, 2], 5, -4, 4));
    const flow = tf.add(whole, randomTensor([2, 4, 5, 2], 6, 0.2, 0.8));
    checkGradient((image, motion) => warpBackward(image, motion, { padding }), [randomTensor([2, 4, 5, 3], 7), flow]);
  });

  it('gives a clamped coordinate no gradient, the edge itself included', () => {
    const image = randomTensor([1, 2, 3, 1], 8);
    const flow = tf.tensor4d([-1, 0, 0, 0, 5, 0, 0, 0, 0.5, 0, 0.5, 0], [1, 2, 3, 2]);
    const gradient = tf.grad((motion: tf.Tensor) => tf.sum(warpBackward(image, motion)))(flow);
    const across = (gradient.arraySync() as number[][][][])[0]!.map((row) => row.map((pixel) => pixel[0] !== 0));
    expect(across).toEqual([
      [false, true, false],
      [false, true, false],
    ]);
  });

  it.each(['cpu', 'graph'] as const)(
    'passes NaN and infinity in the flow on, and nothing else, on engine %s',
    async (engine) => {
      const flow = { data: Float32Array.of(Number.NaN, 0, 0, 0, 0, Infinity, -Infinity, 0), shape: [1, 2, 2, 2] };
      const image = { data: Float32Array.of(1, 2, 3, 4), shape: [1, 2, 2, 1] };
      const compiled = await compile(
        (inputs) => ({ out: warpBackward(inputs.image!, inputs.flow!) }),
        { image, flow },
        { engine },
      );
      const { out } = await compiled.run({
        image: { ...image, dtype: 'float32' },
        flow: { ...flow, dtype: 'float32' },
      });
      await compiled.dispose();
      expect([...out!.data]).toEqual([Number.NaN, 2, 3, 3]);
    },
  );

  it.each([
    ['border', 2],
    ['border', 9],
    ['zeros', 2],
    ['zeros', 9],
  ] as const)(
    'gives in a compiled graph what it gives eagerly, gradients included (%s, %i channels)',
    async (padding, channels) => {
      const shape = [2, 6, 7, channels];
      const host = (x: tf.Tensor) => ({
        data: x.dataSync() as Float32Array,
        shape: x.shape,
        dtype: 'float32' as const,
      });
      const inputs = {
        image: host(randomTensor(shape, 1)),
        flow: host(randomTensor([2, 6, 7, 2], 2, -5, 5)),
        dy: host(randomTensor(shape, 3)),
      };
      const run = async (engine: 'cpu' | 'graph') => {
        const compiled = await compile(
          ({ image, flow, dy }) => {
            const warp = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => warpBackward(x, y, { padding });
            const [dImage, dFlow] = tf.grads(warp)([image!, flow!], dy!);
            return { out: warp(image!, flow!), dImage: dImage!, dFlow: dFlow! };
          },
          inputs,
          { engine },
        );
        const outputs = await compiled.run(inputs);
        await compiled.dispose();
        return outputs;
      };
      const [eager, graph] = [await run('cpu'), await run('graph')];
      for (const name of ['out', 'dImage', 'dFlow']) {
        expect(relativeL2(graph[name]!.data, eager[name]!.data), name).toBeLessThan(2e-6);
      }
    },
  );

  it('frees everything it makes', () => {
    const image = randomTensor([1, 4, 4, 2], 1);
    const flow = randomTensor([1, 4, 4, 2], 2);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.sum(warpBackward(a, b)))([image, flow]);
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('names what does not fit', () => {
    expect(() => warpBackward(tf.zeros([1, 2, 2, 3]), tf.zeros([1, 2, 3, 2]))).toThrow(ShapeError);
    expect(() => warpBackward(tf.zeros([1, 2, 2, 3]), tf.zeros([1, 2, 2, 3]))).toThrow(
      'warpBackward flow: expected [1, 2, 2, 2], found [1, 2, 2, 3].',
    );
  });
});
