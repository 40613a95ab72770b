import { beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../compile.js';
import * as tf from '../tf.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Values of a gradient on engine cpu, and of the same one compiled. */
async function slopes(f: (x: tf.Tensor) => tf.Tensor, values: number[], shape = [values.length]): Promise<number[][]> {
  const slope = tf.grad((x: tf.Tensor) => tf.sum(f(x)));
  const compiled = await compile(({ x }) => ({ slope: slope(x as tf.Tensor) }), { x: { shape } });
  const { slope: found } = await compiled.run({ x: { data: Float32Array.from(values), shape, dtype: 'float32' } });
  await compiled.dispose();
  return [Array.from(slope(tf.tensor(values, shape)).dataSync()), Array.from(found?.data ?? [])];
}

describe('gradients', () => {
  it('take positions that were computed from the input for constants', async () => {
    // x at floor(x): elements 1, 0 and 2 are read.
    const read = (x: tf.Tensor) => tf.gather(x, tf.cast(tf.floor(x), 'int32'));
    for (const found of await slopes(read, [1.5, 0.5, 2.5])) expect(found).toEqual([1, 1, 1]);
    const places = (x: tf.Tensor) => tf.expandDims(tf.cast(tf.floor(tf.mul(x, 0)), 'int32'), 1);
    for (const found of await slopes((x) => tf.gatherND(x, places(x)), [3, 4])) expect(found).toEqual([2, 0]);
    for (const found of await slopes((x) => tf.scatterND(places(x), x, [2]), [3, 4])) expect(found).toEqual([1, 1]);
  });

  it('do not let what was not chosen through', async () => {
    const chosen = (x: tf.Tensor) => tf.where(tf.greater(x, 0), x, tf.mul(x, 2));
    // An infinite slope times "not chosen" would be NaN.
    const steep = (x: tf.Tensor) => tf.mul(chosen(x), tf.tensor1d([Number.POSITIVE_INFINITY, 1]));
    for (const found of await slopes(steep, [1, -1])) expect(found).toEqual([Number.POSITIVE_INFINITY, 2]);
  });

  it('give running products of zeros finite slopes', async () => {
    // y = x0, x0 x1, x0 x1 x2 with x1 = 0.
    for (const found of await slopes((x) => tf.cumprod(x), [2, 0, 3])) expect(found).toEqual([1, 2 + 6, 0]);
    for (const found of await slopes((x) => tf.prod(x), [2, 0, 3])) expect(found).toEqual([0, 6, 0]);
  });

  it('add what a mirror shows twice', async () => {
    const mirror = (mode: 'reflect' | 'symmetric') => (x: tf.Tensor) => tf.mirrorPad(x, [[2, 1]], mode);
    for (const found of await slopes(mirror('reflect'), [1, 2, 3])) expect(found).toEqual([1, 3, 2]);
    for (const found of await slopes(mirror('symmetric'), [1, 2, 3])) expect(found).toEqual([2, 2, 2]);
  });
});
