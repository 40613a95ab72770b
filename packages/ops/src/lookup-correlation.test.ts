import { ConfigError, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { expectNoTensorLeak } from '@vosvfi/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient, distance, randomTensor } from '../test/check-gradient.js';
import { expectSameOnGraph, runOn } from '../test/run-both.js';
import { correlationPyramid } from './correlation-pyramid.js';
import { lookupCorrelation } from './lookup-correlation.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Bilinear sample with zeros outside, in double precision. */
function sample(rows: number[][], x: number, y: number): number {
  let sum = 0;
  for (const row of [Math.floor(y), Math.floor(y) + 1]) {
    for (const column of [Math.floor(x), Math.floor(x) + 1]) {
      sum += (rows[row]?.[column] ?? 0) * (1 - Math.abs(x - column)) * (1 - Math.abs(y - row));
    }
  }
  return sum;
}

describe('correlationPyramid', () => {
  it('correlates all pairs and averages blocks of the second picture', () => {
    const [first, second] = [randomTensor([2, 3, 4, 5], 1), randomTensor([2, 5, 7, 5], 2)];
    const pyramid = correlationPyramid(first, second, { levels: 3 });
    const all = tf.einsum('byxc,bvuc->byxvu', first, second).div(Math.sqrt(5)).reshape([2, 12, 5, 7]);
    expect(pyramid.map(({ shape }) => shape)).toEqual([
      [2, 12, 5, 7],
      [2, 12, 2, 3],
      [2, 12, 1, 1],
    ]);
    expect(distance(pyramid[0]!, all)).toBeLessThan(1e-6);
    const blocks = tf.avgPool(all.reshape([24, 5, 7, 1]) as tf.Tensor4D, 2, 2, 'valid').reshape([2, 12, 2, 3]);
    expect(distance(pyramid[1]!, blocks)).toBeLessThan(1e-6);
  });

  it('names what does not fit', () => {
    expect(() => correlationPyramid(tf.zeros([1, 2, 2, 3]), tf.zeros([1, 2, 2, 4]))).toThrow(ShapeError);
    expect(() => correlationPyramid(tf.zeros([1, 4, 4, 3]), tf.zeros([1, 4, 4, 3]), { levels: 4 })).toThrow(
      'expected an integer from 1 to 3',
    );
  });
});

describe('lookupCorrelation', () => {
  it('samples every level around the coordinates, x outer, zeros outside', () => {
    const cases = fc.record({
      rows: fc.integer({ min: 1, max: 6 }),
      columns: fc.integer({ min: 1, max: 6 }),
      radius: fc.integer({ min: 0, max: 3 }),
      reach: fc.constantFrom(1, 8, 1e6),
      seed: fc.integer({ min: 1, max: 999 }),
    });
    fc.assert(
      fc.property(cases, ({ rows, columns, radius, reach, seed }) => {
        const pyramid = [randomTensor([2, 6, rows, columns], seed), randomTensor([2, 6, columns, rows], seed + 1)];
        const coords = randomTensor([2, 2, 3, 2], seed + 2, -reach, reach);
        const out = lookupCorrelation(pyramid, coords, { radius });
        const span = 2 * radius + 1;
        const centres = coords.reshape([12, 2]).arraySync() as number[][];
        const expected = centres.map(([x, y], query) =>
          pyramid.flatMap((level, index) => {
            const picture = (level.reshape([12, level.shape[2]!, level.shape[3]!]).arraySync() as number[][][])[query]!;
            return Array.from({ length: span ** 2 }, (_, k) => {
              const [i, j] = [Math.floor(k / span) - radius, (k % span) - radius];
              return sample(picture, x! / 2 ** index + i, y! / 2 ** index + j);
            });
          }),
        );
        expect(distance(out.reshape([12, 2 * span ** 2]), tf.tensor2d(expected))).toBeLessThan(1e-5);
      }),
    );
  });

  it('has the gradient of central differences for features and coordinates', () => {
    const fmap2 = randomTensor([2, 4, 6, 3], 2);
    // Halves too stay away from whole numbers, where the slope jumps.
    const whole = tf.round(randomTensor([2, 3, 3, 2], 4, -1, 3)).mul(2);
    const coords = tf.add(whole, randomTensor([2, 3, 3, 2], 5, 0.2, 0.8));
    checkGradient(
      (first, second, at) => lookupCorrelation(correlationPyramid(first, second, { levels: 2 }), at, { radius: 1 }),
      [randomTensor([2, 3, 3, 3], 1), fmap2, coords],
    );
  });

  it('gives in a compiled graph what it gives eagerly, gradients included', async () => {
    await expectSameOnGraph(
      ({ first, second, at }) => {
        const run = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor): tf.Tensor =>
          lookupCorrelation(correlationPyramid(a, b, { levels: 3 }), c, { radius: 2 });
        const [dFirst, dSecond, dAt] = tf.grads((a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) => tf.square(run(a, b, c)))([
          first!,
          second!,
          at!,
        ]);
        return { out: run(first!, second!, at!), dFirst: dFirst!, dSecond: dSecond!, dAt: dAt! };
      },
      {
        first: randomTensor([2, 5, 4, 6], 1),
        second: randomTensor([2, 5, 7, 6], 2),
        at: randomTensor([2, 5, 4, 2], 3, -4, 9),
      },
    );
  });

  it.each(['cpu', 'graph'] as const)('gives NaN where a coordinate is none, and only there (%s)', async (engine) => {
    const { NaN: nan, POSITIVE_INFINITY: far } = Number;
    const { out } = await runOn(engine, ({ level, at }) => ({ out: lookupCorrelation([level!], at!, { radius: 0 }) }), {
      level: randomTensor([1, 4, 2, 2], 1, 1, 2),
      at: tf.tensor4d([nan, 0, 0, far, 1, 1, -1e30, 1e30], [1, 2, 2, 2]),
    });
    const [first, second, third, fourth] = out!.data;
    expect([first, second, fourth]).toEqual([Number.NaN, Number.NaN, 0]);
    expect(third).toBeGreaterThan(1);
  });

  it('frees everything it makes', async () => {
    const level = randomTensor([1, 4, 3, 3], 1);
    const coords = randomTensor([1, 2, 2, 2], 2);
    await expectNoTensorLeak(tf, () =>
      tf.tidy(() => {
        tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.sum(lookupCorrelation([a], b, { radius: 1 })))([level, coords]);
      }),
    );
  });

  it('names what does not fit', () => {
    const coords = tf.zeros([1, 2, 2, 2]);
    expect(() => lookupCorrelation([], coords, { radius: 1 })).toThrow('at least one level');
    expect(() => lookupCorrelation([tf.zeros([1, 3, 2, 2])], coords, { radius: 1 })).toThrow(
      'lookupCorrelation level 0: expected [1, 4, 2, 2]',
    );
    expect(() => lookupCorrelation([tf.zeros([1, 4, 2, 2])], coords, { radius: -1 })).toThrow(ConfigError);
  });
});
