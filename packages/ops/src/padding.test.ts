import { ConfigError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient, distance, randomTensor } from '../test/check-gradient.js';
import { centredMargins, padCentered, padEnd, padReplicate, unpad } from './padding.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('padCentered', () => {
  it('reaches the multiple and is undone by unpad', () => {
    const extent = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(extent, extent, fc.constantFrom(1, 2, 4, 16), (height, width, multiple) => {
        const x = randomTensor([1, height, width, 2], 1);
        const { padded, margins } = padCentered(x, multiple);
        expect([padded.shape[1] % multiple, padded.shape[2] % multiple]).toEqual([0, 0]);
        expect(padded.shape[1] - height).toBeLessThan(multiple);
        expect(distance(unpad(padded, margins), x)).toBe(0);
      }),
    );
  });

  it('puts the smaller half first and repeats edges, or zeros', () => {
    expect(centredMargins(5, 8, 4)).toEqual({ top: 1, bottom: 2, left: 0, right: 0 });
    const x = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 2, 3, 1]);
    expect(padCentered(x, 4).padded.reshape([4, 4]).arraySync()).toEqual([
      [1, 2, 3, 3],
      [1, 2, 3, 3],
      [4, 5, 6, 6],
      [4, 5, 6, 6],
    ]);
    expect(padCentered(x, 4, 'zeros').padded.reshape([4, 4]).arraySync()).toEqual([
      [0, 0, 0, 0],
      [1, 2, 3, 0],
      [4, 5, 6, 0],
      [0, 0, 0, 0],
    ]);
  });

  it('has the gradient of central differences', () => {
    checkGradient((x) => padCentered(x, 4).padded, [randomTensor([1, 3, 5, 2], 1)]);
  });

  it('names what does not fit', () => {
    expect(() => padCentered(tf.zeros([1, 1, 4, 1]), 4, 'reflect')).toThrow('picture to reflect');
    expect(() => padCentered(tf.zeros([1, 2, 2, 1]), 0)).toThrow(ConfigError);
    expect(() => unpad(tf.zeros([1, 2, 2, 1]), { top: 1, bottom: 1, left: 0, right: 0 })).toThrow('more than 2 x 0');
  });
});

describe('padEnd', () => {
  it('puts all samples at the bottom and at the right', () => {
    const x = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 2, 3, 1]);
    const { padded, margins } = padEnd(x, 4, 'zeros');
    expect(margins).toEqual({ top: 0, bottom: 2, left: 0, right: 1 });
    expect(padded.reshape([4, 4]).arraySync()).toEqual([
      [1, 2, 3, 0],
      [4, 5, 6, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
    expect(distance(unpad(padded, margins), x)).toBe(0);
  });

  it('mirrors at the edge samples, without repeating them', () => {
    const x = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
    expect(padEnd(x, 5, 'reflect').padded.reshape([5, 5]).arraySync()).toEqual([
      [1, 2, 3, 2, 1],
      [4, 5, 6, 5, 4],
      [7, 8, 9, 8, 7],
      [4, 5, 6, 5, 4],
      [1, 2, 3, 2, 1],
    ]);
  });

  it('has the gradient of central differences', () => {
    checkGradient((x) => padEnd(x, 4, 'reflect').padded, [randomTensor([1, 3, 5, 2], 1)]);
  });
});

describe('padReplicate', () => {
  it('repeats edges by any margins, and has the gradient of central differences', () => {
    const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
    const margins = { top: 0, bottom: 2, left: 1, right: 0 };
    expect(padReplicate(x, margins).reshape([4, 3]).arraySync()).toEqual([
      [1, 1, 2],
      [3, 3, 4],
      [3, 3, 4],
      [3, 3, 4],
    ]);
    checkGradient((given) => padReplicate(given, margins), [x]);
    expect(() => padReplicate(tf.zeros([2, 2, 1]), margins)).toThrow('padReplicate input');
  });
});
