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

// Large sums are cut into columns, or added to in place.
it.each([
  [[150_000, 24], 1, 20_000],
  [[2 ** 20, 3], 1, 80_000],
  [[1024, 1025, 2], 2, 110_000],
] as const)('adds to %j', async (shape, depth, count) => {
  const random = createRandom(4);
  const lead = shape.slice(0, depth);
  const width = shape.slice(depth).reduce((product, extent) => product * extent, 1);
  // Few different rows, so that most are hit often.
  const indices = Int32Array.from({ length: count * depth }, (_, i) =>
    random.chance(0.9) ? 7 : random.integer(0, (lead[i % depth] as number) - 1),
  );
  const updates = Float32Array.from({ length: count * width }, () => random.uniform(-1, 1));
  const size = shape.reduce((product, extent) => product * extent, 1);
  const expected = new Float64Array(size);
  updates.forEach((value, i) => {
    const [update, column] = [Math.floor(i / width), i % width];
    const row = lead.reduce((sum, extent, axis) => sum * extent + (indices[update * depth + axis] as number), 0);
    expected[row * width + column] = (expected[row * width + column] as number) + value;
  });
  const compiled = await compile(
    ({ x, at }) => ({ y: tf.scatterND(at as tf.Tensor, x as tf.Tensor, [...shape]) }),
    { x: { shape: [count, ...shape.slice(depth)] }, at: { shape: [count, depth], dtype: 'int32' } },
    { threads: 4 },
  );
  const at = { data: indices, shape: [count, depth], dtype: 'int32' as const };
  const sums = (await compiled.run({ x: hostTensor(updates, [count, ...shape.slice(depth)]), at })).y?.data;
  await compiled.dispose();
  let worst = 0;
  expected.forEach((value, i) => {
    worst = Math.max(worst, Math.abs(value - (sums?.[i] as number)));
  });
  expect(worst).toBeLessThan(0.02);
});
