import { ConfigError, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient, distance, randomTensor } from '../test/check-gradient.js';
import { expectSameOnGraph } from '../test/run-both.js';
import { convexUpsample } from './convex-upsample.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('convexUpsample', () => {
  it('mixes the neighbours of a coarse pixel by softmax, zeros outside', () => {
    const size = fc.integer({ min: 1, max: 3 });
    fc.assert(
      fc.property(size, size, size, (height, width, factor) => {
        const flow = randomTensor([2, height, width, 2], 1);
        const mask = randomTensor([2, height, width, 9 * factor ** 2], 2, -3, 3);
        const [coarse, scores] = [flow.arraySync() as number[][][][], mask.arraySync() as number[][][][]];
        const expected = coarse.map((sample, n) =>
          Array.from({ length: height * factor }, (_, top) =>
            Array.from({ length: width * factor }, (__, left) => {
              const [y, x] = [Math.floor(top / factor), Math.floor(left / factor)];
              const place = (top % factor) * factor + (left % factor);
              const weights = Array.from({ length: 9 }, (_k, k) =>
                Math.exp(scores[n]![y]![x]![k * factor ** 2 + place]!),
              );
              const total = weights.reduce((sum, weight) => sum + weight, 0);
              return [0, 1].map((c) =>
                weights.reduce((sum, weight, k) => {
                  const value = sample[y + Math.floor(k / 3) - 1]?.[x + (k % 3) - 1]?.[c] ?? 0;
                  return sum + (factor * weight * value) / total;
                }, 0),
              );
            }),
          ),
        );
        expect(distance(convexUpsample(flow, mask, factor), tf.tensor4d(expected))).toBeLessThan(1e-5);
      }),
    );
  });

  it('does not overflow, has the gradient of central differences, and is the same in a compiled graph', async () => {
    const flow = randomTensor([2, 3, 4, 2], 1);
    const mask = randomTensor([2, 3, 4, 36], 2, -2, 2);
    expect(distance(convexUpsample(flow, tf.add(mask, 500), 2), convexUpsample(flow, mask, 2))).toBeLessThan(1e-3);
    checkGradient((x, y) => convexUpsample(x, y, 2), [flow, mask]);
    await expectSameOnGraph(
      ({ x, y }) => {
        const [dx, dy] = tf.grads((p: tf.Tensor, q: tf.Tensor) => tf.square(convexUpsample(p, q, 2)))([x!, y!]);
        return { out: convexUpsample(x!, y!, 2), dx: dx!, dy: dy! };
      },
      { x: flow, y: mask },
    );
  });

  it('names what does not fit', () => {
    expect(() => convexUpsample(tf.zeros([1, 2, 2, 2]), tf.zeros([1, 2, 2, 9]), 2)).toThrow(ShapeError);
    expect(() => convexUpsample(tf.zeros([1, 2, 2, 2]), tf.zeros([1, 2, 2, 9]), 0)).toThrow(ConfigError);
  });
});
