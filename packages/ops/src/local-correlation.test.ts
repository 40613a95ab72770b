import { ConfigError, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient, distance, randomTensor } from '../test/check-gradient.js';
import { expectSameOnGraph } from '../test/run-both.js';
import { localCorrelation } from './local-correlation.js';
import { localMatching } from './local-matching.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const cases = fc.record({
  height: fc.integer({ min: 1, max: 5 }),
  width: fc.integer({ min: 1, max: 5 }),
  channels: fc.integer({ min: 1, max: 3 }),
  radius: fc.integer({ min: 0, max: 2 }),
});

/** Products of all displacements by loops, null outside. */
function bruteForce(a: tf.Tensor, b: tf.Tensor, radius: number): (number | null)[][][][] {
  const [first, second] = [a.arraySync() as number[][][][], b.arraySync() as number[][][][]];
  const span = 2 * radius + 1;
  return first.map((sample, n) =>
    sample.map((row, y) =>
      row.map((pixel, x) =>
        Array.from({ length: span ** 2 }, (_, k) => {
          const other = second[n]![y + Math.floor(k / span) - radius]?.[x + (k % span) - radius];
          return other === undefined ? null : pixel.reduce((sum, value, c) => sum + value * other[c]!, 0);
        }),
      ),
    ),
  );
}

describe('localCorrelation', () => {
  it('is the mean product with every displaced pixel, rows outer', () => {
    fc.assert(
      fc.property(cases, ({ height, width, channels, radius }) => {
        const shape = [2, height, width, channels];
        const [a, b] = [randomTensor(shape, 1), randomTensor(shape, 2)];
        const expected = tf.tensor4d(
          bruteForce(a, b, radius).map((s) => s.map((r) => r.map((p) => p.map((v) => (v ?? 0) / channels)))),
        );
        expect(distance(localCorrelation(a, b, { radius }), expected)).toBeLessThan(1e-5);
      }),
    );
  });

  it('has the gradient of central differences, and is the same in a compiled graph', async () => {
    const [a, b] = [randomTensor([2, 4, 5, 3], 1), randomTensor([2, 4, 5, 3], 2)];
    checkGradient((x, y) => localCorrelation(x, y, { radius: 2 }), [a, b]);
    await expectSameOnGraph(
      ({ x, y }) => {
        const run = (p: tf.Tensor, q: tf.Tensor): tf.Tensor => tf.square(localCorrelation(p, q, { radius: 2 }));
        const [dx, dy] = tf.grads(run)([x!, y!]);
        return { out: localCorrelation(x!, y!, { radius: 2 }), dx: dx!, dy: dy! };
      },
      { x: a, y: b },
    );
  });

  it('names what does not fit', () => {
    expect(() => localCorrelation(tf.zeros([1, 2, 2, 3]), tf.zeros([1, 2, 3, 3]), { radius: 1 })).toThrow(ShapeError);
    expect(() => localCorrelation(tf.zeros([1, 2, 2, 3]), tf.zeros([1, 2, 2, 3]), { radius: 0.5 })).toThrow(
      ConfigError,
    );
  });
});

describe('localMatching', () => {
  it('is the mean displacement under a softmax that leaves out what is outside', () => {
    fc.assert(
      fc.property(cases, ({ height, width, channels, radius }) => {
        const shape = [2, height, width, channels];
        const [a, b] = [randomTensor(shape, 3), randomTensor(shape, 4)];
        const span = 2 * radius + 1;
        const expected = bruteForce(a, b, radius).map((s) =>
          s.map((r) =>
            r.map((p) => {
              const weights = p.map((v) => (v === null ? 0 : Math.exp(v / Math.sqrt(channels))));
              const total = weights.reduce((sum, weight) => sum + weight, 0);
              const mean = (of: (k: number) => number): number =>
                weights.reduce((sum, weight, k) => sum + (weight / total) * of(k), 0);
              return [mean((k) => (k % span) - radius), mean((k) => Math.floor(k / span) - radius)];
            }),
          ),
        );
        expect(distance(localMatching(a, b, { radius }).flow, tf.tensor4d(expected))).toBeLessThan(1e-5);
      }),
    );
  });

  it('finds a picture that was moved by whole pixels', () => {
    const random = randomTensor([1, 6, 7, 8], 1);
    // Of equal length, nothing is as much like a feature as itself.
    const a = tf.div(random, tf.norm(random, 2, 3, true)).mul(30);
    const moved = tf.slice(
      tf.pad(a, [
        [0, 0],
        [1, 0],
        [2, 0],
        [0, 0],
      ]),
      [0, 0, 0, 0],
      [1, 6, 7, 8],
    );
    const flow = localMatching(a, moved, { radius: 2 }).flow.slice([0, 0, 0, 0], [1, 5, 5, 2]);
    const expected = tf.tile(tf.tensor4d([2, 1], [1, 1, 1, 2]), [1, 5, 5, 1]);
    expect(distance(flow, expected)).toBeLessThan(1e-3);
  });

  it('has the gradient of central differences', () => {
    checkGradient(
      (x, y) => localMatching(x, y, { radius: 1 }).flow,
      [randomTensor([1, 4, 4, 3], 1), randomTensor([1, 4, 4, 3], 2)],
    );
  });
});
