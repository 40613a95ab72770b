import { createRandom, hostTensor } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { compile, compileTrainStep, createCompiler, type Optimizer } from '../src/index.js';
import * as tf from '../src/tf.js';
import { expectFlat, usage } from './memory.js';

const MEBIBYTE = 2 ** 20;
const random = createRandom(29);
const noise = (...shape: number[]) =>
  hostTensor(
    Float32Array.from({ length: shape.reduce((product, extent) => product * extent, 1) }, () =>
      random.uniform(-0.05, 0.05),
    ),
    shape,
  );

const momentum: Optimizer = {
  id: 'momentum',
  slots: ['velocity'],
  update: (parameter, gradient, { velocity }, _, learningRate) => {
    const next = tf.add(tf.mul(velocity as tf.Tensor, 0.9), gradient);
    return { parameter: tf.sub(parameter, tf.mul(learningRate, next)), slots: { velocity: next } };
  },
};

const report = (what: string, bytes: number) => `${what}: memory grew by ${(bytes / MEBIBYTE).toFixed(1)} MiB`;

/** A small network with two megabytes of state: a lost buffer a step would be gigabytes. */
async function trainStep(accumulate: number) {
  const step = await compileTrainStep({
    parameters: new Map([
      ['a', noise(3, 3, 3, 32)],
      ['b', noise(3, 3, 32, 32)],
      ['c', noise(512, 512)],
    ]),
    signature: { x: { shape: [4, 24, 24, 3] } },
    loss: (weights, { x }) => {
      const hidden = tf.relu(tf.conv2d(x as tf.Tensor4D, weights.get('a') as tf.Tensor4D, 1, 'same'));
      const y = tf.conv2d(hidden, weights.get('b') as tf.Tensor4D, 1, 'same');
      const decay = tf.mean(tf.square(weights.get('c') as tf.Tensor));
      return { total: tf.add(tf.mean(tf.square(y)), decay), terms: { decay } };
    },
    optimizer: momentum,
    clipNorm: 1,
    accumulate,
  });
  const x = noise(4, 24, 24, 3);
  return { step, run: () => step.run({ x }, { learningRate: 0.01 }) };
}

describe('memory does not grow', () => {
  it.for([1, 2])('in 2,000 training steps, accumulate %i', async (accumulate, { annotate }) => {
    const { step, run } = await trainStep(accumulate);
    const growth = await expectFlat({ count: 2000, warmUp: 100, allowedGrowth: 20 * MEBIBYTE }, run);
    await step.dispose();
    await annotate(report(`2,000 training steps, accumulate ${accumulate}`, growth));
  });

  it('in 1,000 sessions made, run and released', async ({ annotate }) => {
    const weights = new Map([['w', noise(512, 512)]]);
    const x = noise(1, 512);
    const round = async () => {
      const compiled = await compile(
        (inputs, w) => ({ y: tf.matMul(inputs.x as tf.Tensor2D, w.get('w') as tf.Tensor2D) }),
        { x: { shape: [1, 512] } },
        { weights },
      );
      await compiled.run({ x });
      await compiled.dispose();
    };
    const growth = await expectFlat({ count: 1000, warmUp: 100, allowedGrowth: 40 * MEBIBYTE }, round);
    await annotate(report('1,000 sessions', growth));
  });

  it('in 1,000 compilations of a compiler that keeps two', async ({ annotate }) => {
    const compiler = createCompiler({ capacity: 2 });
    const run = compiler.define(
      (inputs, w) => ({ y: tf.mul(inputs.x as tf.Tensor, w.get('w') as tf.Tensor) }),
      new Map([['w', noise(256, 256)]]),
    );
    let size = 0;
    const round = () => {
      size = (size % 5) + 1;
      return run({ x: noise(size, 256, 256) });
    };
    const before = await usage();
    const growth = await expectFlat({ count: 1000, warmUp: 100, allowedGrowth: 40 * MEBIBYTE }, round);
    expect(compiler.facts()).toMatchObject({ compilations: 1100, kept: 2 });
    await compiler.dispose();
    expect((await usage()).tensors).toBe(before.tensors);
    await annotate(report('1,000 evictions', growth));
  });

  it('in 20,000 runs of a compiled function', async ({ annotate }) => {
    const compiled = await compile(({ x }) => ({ y: tf.relu(tf.add(tf.mul(x as tf.Tensor, 3), 1)) }), {
      x: { shape: [64, 64] },
    });
    const x = noise(64, 64);
    const growth = await expectFlat({ count: 20_000, warmUp: 500, allowedGrowth: 20 * MEBIBYTE }, () =>
      compiled.run({ x }),
    );
    await compiled.dispose();
    await annotate(report('20,000 runs', growth));
  });
});
