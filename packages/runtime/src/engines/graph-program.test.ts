import { existsSync } from 'node:fs';
import { createRandom, hostTensor } from '@vosvfi/core';
import { expect, it } from 'vitest';
import type { TensorFunction } from '../engine.js';
import * as tf from '../tf.js';
import { openGraph } from './graph-executable.js';
import { compileProgram, modelSource } from './graph-program.js';

const random = createRandom(3);
const noise = (...shape: number[]) =>
  hostTensor(
    Float32Array.from({ length: shape.reduce((product, extent) => product * extent, 1) }, () => random.uniform(-1, 1)),
    shape,
  );

const weights = new Map([
  ['a.weight', noise(40, 30)],
  ['b.weight', noise(30, 50)],
  ['bias', noise(50)],
]);

const fn: TensorFunction = ({ x }, w) => {
  const hidden = tf.relu(tf.matMul(x as tf.Tensor2D, w.get('a.weight') as tf.Tensor2D));
  return { y: tf.add(tf.matMul(hidden, w.get('b.weight') as tf.Tensor2D), w.get('bias') as tf.Tensor) };
};
const signature = { x: { shape: [2, 40] } };
const x = noise(2, 40).data;

it('runs the same with constants in a file of their own, which it removes', async () => {
  const [inside, outside] = [{}, { inlineBytes: 5000 }].map((options) =>
    compileProgram('graph', fn, signature, weights, options),
  );
  expect(inside!.model.data).toBeUndefined();
  const { data, bytes } = outside!.model;
  // Two matrices, each at the start of a page; the bias is too small to leave.
  expect([...data!.places.values()]).toEqual([
    { offset: 0, length: 4800 },
    { offset: 8192, length: 6000 },
  ]);
  expect(data!.bytes).toBe(16384);
  expect(bytes.length).toBeLessThan(2000);

  const results: unknown[] = [];
  for (const { model, ...layout } of [inside!, outside!]) {
    const source = await modelSource(model);
    const executable = await openGraph(layout, source, 1);
    results.push((await executable.run({ x })).y?.data);
    await executable.dispose();
    if (typeof source.model === 'string') expect(existsSync(source.model)).toBe(false);
  }
  expect(results[1]).toEqual(results[0]);
});
