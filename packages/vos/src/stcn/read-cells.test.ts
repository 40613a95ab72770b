import { createRandom } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { relativeL2 } from '@vosvfi/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { readMemory } from '../memory-read.js';
import { keyForms, readCells } from './read-cells.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function draw(cells: number, channels: number, seed: number): tf.Tensor3D {
  const random = createRandom(seed);
  return tf.tensor3d(
    Float32Array.from({ length: cells * channels }, () => random.uniform(-1, 1)),
    [1, cells, channels],
  );
}

describe('readCells', () => {
  const [keys, queries, values] = [draw(30, 8, 1), draw(7, 8, 2), [draw(30, 5, 3), draw(30, 5, 4)]] as const;

  it.each([
    ['all cells at once', 100, 1000],
    ['the best cells', 6, 1000],
    ['the best cells, three queries at a time', 6, 90],
    ['the best cells, one query at a time', 6, 1],
  ])('reads %s as readMemory does', (_, topK, limit) => {
    const inputs = {
      keys: keyForms(keys).remembered,
      queries: keyForms(queries).asking,
      value0: values[0],
      value1: values[1],
    };
    const readings = readCells(topK, limit)(inputs, new Map());
    values.forEach((value, object) => {
      const expected = readMemory({ keys, values: value }, queries, { topK }).values;
      const found = readings[`reading_value${object}`]!;
      expect(found.shape).toEqual([1, 5, 7]);
      expect(relativeL2(tf.transpose(found, [0, 2, 1]).dataSync(), expected.dataSync())).toBeLessThan(1e-6);
    });
  });
});
