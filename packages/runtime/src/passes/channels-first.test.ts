import { hostTensor } from '@vosvfi/core';
import { expect, it } from 'vitest';
import { compile } from '../compile.js';
import * as tf from '../tf.js';

it('reductions one after another meet the axes they name, also beside a channel of one value', async () => {
  const x = hostTensor(
    Float32Array.from({ length: 5 * 8 * 4 }, (_, i) => i % 7),
    [1, 5, 8, 4],
  );
  const kernel = hostTensor(new Float32Array(4).fill(1), [1, 1, 4, 1]);
  const compiled = await compile(
    (inputs, weights) => {
      const sums = tf.conv2d(inputs.x as tf.Tensor4D, weights.get('kernel') as tf.Tensor4D, 1, 'same');
      return { columns: tf.sum(sums, 2), all: tf.sum(tf.sum(sums, 2), 1) };
    },
    { x },
    { weights: new Map([['kernel', kernel]]), threads: 1 },
  );
  const { columns, all } = await compiled.run({ x });
  await compiled.dispose();
  const rows = Array.from({ length: 5 }, (_, y) => x.data.subarray(32 * y, 32 * (y + 1)).reduce((a, b) => a + b, 0));
  expect(columns!.shape).toEqual([1, 5, 1]);
  expect([...columns!.data]).toEqual(rows);
  expect(all!.shape).toEqual([1, 1]);
  expect([...all!.data]).toEqual([rows.reduce((a, b) => a + b, 0)]);
});
