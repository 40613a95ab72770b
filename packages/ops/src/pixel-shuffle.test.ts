import { ConfigError, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient, distance, randomTensor } from '../test/check-gradient.js';
import { expectSameOnGraph } from '../test/run-both.js';
import { pixelShuffle, pixelUnshuffle } from './pixel-shuffle.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const size = fc.integer({ min: 1, max: 4 });

describe('pixelShuffle', () => {
  it('puts channel c r r + i r + j at row i, column j of channel c', () => {
    fc.assert(
      fc.property(size, size, size, size, (height, width, channels, factor) => {
        const x = randomTensor([2, height, width, channels * factor ** 2], 1);
        const y = pixelShuffle(x, factor);
        expect(y.shape).toEqual([2, height * factor, width * factor, channels]);
        const [source, shuffled] = [x.arraySync() as number[][][][], y.arraySync()];
        shuffled.forEach((sample, b) => {
          sample.forEach((row, top) => {
            row.forEach((pixel, left) => {
              pixel.forEach((value, c) => {
                const channel = c * factor ** 2 + (top % factor) * factor + (left % factor);
                const from = source[b]![Math.floor(top / factor)]![Math.floor(left / factor)]!;
                expect(value).toBe(from[channel]);
              });
            });
          });
        });
        expect(distance(pixelUnshuffle(y, factor), x)).toBe(0);
      }),
    );
  });

  it('has the gradient of central differences, both ways, and is the same in a compiled graph', async () => {
    const x = randomTensor([2, 2, 4, 8], 1);
    checkGradient((a) => pixelShuffle(a, 2), [x]);
    checkGradient((a) => pixelUnshuffle(a, 2), [x]);
    await expectSameOnGraph(
      ({ given }) => ({
        up: pixelShuffle(given!, 2),
        down: pixelUnshuffle(given!, 2),
        gradient: tf.grad((a: tf.Tensor) => tf.square(pixelShuffle(a, 2)))(given!),
      }),
      { given: x },
    );
  });

  it('names what does not fit', () => {
    expect(() => pixelShuffle(tf.zeros([1, 2, 2, 6]), 2)).toThrow(ShapeError);
    expect(() => pixelUnshuffle(tf.zeros([1, 3, 2, 6]), 2)).toThrow(ShapeError);
    expect(() => pixelShuffle(tf.zeros([1, 2, 2, 4]), 0.5)).toThrow(ConfigError);
  });
});
