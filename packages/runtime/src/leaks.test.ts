import { createRandom, hostTensor } from '@vosvfi/core';
import { it } from 'vitest';
import { expectFlat } from '../test/memory.js';
import { compile } from './compile.js';
import type { EngineId, Optimizer } from './engine.js';
import * as tf from './tf.js';
import { compileTrainStep } from './train-step/compile-train-step.js';

const allowedGrowth = 60 * 2 ** 20;

const random = createRandom(23);
const noise = (...shape: number[]) => {
  const length = shape.reduce((product, extent) => product * extent, 1);
  return hostTensor(
    Float32Array.from({ length }, () => random.uniform(-0.05, 0.05)),
    shape,
  );
};

const momentum: Optimizer = {
  id: 'momentum',
  slots: ['velocity'],
  update: (parameter, gradient, { velocity }, _, learningRate) => {
    const next = tf.add(tf.mul(velocity as tf.Tensor, 0.9), gradient);
    return { parameter: tf.sub(parameter, tf.mul(learningRate, next)), slots: { velocity: next } };
  },
};

// One lost buffer of a MiB a round would be 200 MiB.
const side = 512;

it('gives back what 200 runs of a compiled function use', async () => {
  const compiled = await compile(({ x }) => ({ y: tf.relu(tf.add(tf.mul(x as tf.Tensor, 3), 1)) }), {
    x: { shape: [side, side] },
  });
  const x = noise(side, side);
  await expectFlat({ count: 200, warmUp: 20, allowedGrowth }, () => compiled.run({ x }));
  await compiled.dispose();
});

it('gives back what 200 training steps use', async () => {
  const step = await compileTrainStep({
    parameters: new Map([['w', noise(side, side)]]),
    signature: { x: { shape: [2, side] } },
    loss: (weights, { x }) => {
      const y = tf.matMul(x as tf.Tensor2D, weights.get('w') as tf.Tensor2D);
      return { total: tf.mean(tf.square(y)) };
    },
    optimizer: momentum,
  });
  const x = noise(2, side);
  await expectFlat({ count: 200, warmUp: 20, allowedGrowth }, () => step.run({ x }, { learningRate: 0.1 }));
  await step.dispose();
});

it('gives back what compiling took, 30 times', async () => {
  const weights = new Map([['w', noise(1024, 1024)]]);
  const x = noise(1, 1024);
  await expectFlat({ count: 30, warmUp: 4, allowedGrowth }, async () => {
    const compiled = await compile(
      (inputs, w) => ({ y: tf.matMul(inputs.x as tf.Tensor2D, w.get('w') as tf.Tensor2D) }),
      { x: { shape: [1, 1024] } },
      { weights },
    );
    await compiled.run({ x });
    await compiled.dispose();
  });
});

it.each<EngineId>(['cpu', 'wasm'])('keeps no tensor of 50 training steps on engine %s', async (engine) => {
  const step = await compileTrainStep({
    parameters: new Map([['w', noise(1, 1, 2, 2)]]),
    signature: { x: { shape: [1, 6, 6, 2] } },
    loss: (weights, { x }) => {
      const y = tf.mul(x as tf.Tensor, tf.reshape(weights.get('w') as tf.Tensor, [1, 2, 1, 2]).sum());
      return { total: tf.mean(tf.square(y)), terms: { size: tf.mean(tf.abs(y)) } };
    },
    optimizer: momentum,
    engine,
  });
  const x = noise(1, 6, 6, 2);
  await expectFlat({ count: 50, warmUp: 2, allowedGrowth }, () => step.run({ x }, { learningRate: 0.1 }));
  await step.dispose();
});
