import { createRandom, hostTensor } from '@vosvfi/core';
import { expect, it } from 'vitest';
import { compile } from '../compile.js';
import * as tf from '../tf.js';

it('loses no sum where many threads add to the same rows, and repeats its bits', async () => {
  const [count, channels, rows] = [70_000, 16, 5];
  const random = createRandom(3);
  const indices = Int32Array.from({ length: count }, () => random.integer(0, rows - 1));
  const updates = Float32Array.from({ length: count * channels }, () => random.uniform(-1, 1));
  const expected = new Float64Array(rows * channels);
  updates.forEach((value, i) => {
    const at = (indices[Math.floor(i / channels)] as number) * channels + (i % channels);
    expected[at] = (expected[at] as number) + value;
  });
  const compiled = await compile(
    ({ x, ids }) => ({ y: tf.unsortedSegmentSum(x as tf.Tensor, ids as tf.Tensor1D, rows) }),
    { x: { shape: [count, channels] }, ids: { shape: [count], dtype: 'int32' } },
    { threads: 4 },
  );
  const run = async () => {
    const ids = { data: indices, shape: [count], dtype: 'int32' as const };
    return (await compiled.run({ x: hostTensor(updates, [count, channels]), ids })).y?.data as Float32Array;
  };
  const first = await run();
  first.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] as number, 2);
  });
  for (let i = 0; i < 20; i++) expect(await run()).toEqual(first);
  await compiled.dispose();
});
