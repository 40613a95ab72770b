import { createRandom } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { describe, expect, it } from 'vitest';
import { readMemory } from '../memory-read.js';
import { withPlaces } from './locality.js';
import { flattenPlaces } from './segment-query.js';

const [height, width, channels] = [3, 5, 4];

function randomKeys(seed: number): tf.Tensor4D {
  const random = createRandom(seed);
  const values = Array.from({ length: height * width * channels }, () => random.normal());
  return tf.tensor(values, [1, height, width, channels]);
}

describe('withPlaces', () => {
  it('takes the squared distance of places from the similarity of keys, before the softmax', () => {
    const sigma = 0.3;
    const [memory, query] = [randomKeys(1), randomKeys(2)];
    const values: tf.Tensor3D = tf.zeros([1, height * width, 1]);
    const read = (keys: tf.Tensor4D, queries: tf.Tensor4D) =>
      readMemory({ keys: flattenPlaces(keys), values }, flattenPlaces(queries), { topK: null }).shares.arraySync();
    const plain = read(memory, query)[0]!;
    const near = read(withPlaces(memory, sigma), withPlaces(query, sigma))[0]!;
    near.forEach((shares, q) => {
      const expected = plain[q]!.map((share, p) => {
        const [dx, dy] = [(q % width) - (p % width), Math.floor(q / width) - Math.floor(p / width)];
        return share * Math.exp(-(dx * dx + dy * dy) / width ** 2 / (2 * sigma * sigma));
      });
      const sum = expected.reduce((total, value) => total + value, 0);
      for (const [p, share] of shares.entries()) expect(share).toBeCloseTo(expected[p]! / sum, 5);
    });
  });
});
