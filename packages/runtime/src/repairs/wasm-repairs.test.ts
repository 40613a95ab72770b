import { createRandom, type HostTensor, hostTensor } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { caseGroups } from '../../test/parity/cases.js';
import { checkParity } from '../../test/parity/harness.js';
import { compile } from '../compile.js';
import type { EngineId, LossFunction, Optimizer, TensorFunction } from '../engine.js';
import * as tf from '../tf.js';
import { compileTrainStep } from '../train-step/compile-train-step.js';
import { wasmRepairs } from './wasm-repairs.js';

const random = createRandom(31);
const noise = (...shape: number[]) =>
  hostTensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform(-0.5, 0.5)),
    shape,
  );

function largestDifference(a: HostTensor | undefined, b: HostTensor | undefined): number {
  expect(a?.shape).toEqual(b?.shape);
  return Math.max(...Array.from(a?.data ?? [Number.NaN], (value, i) => Math.abs(value - (b?.data[i] as number))));
}

const cases = Object.values(caseGroups).flat();

it('composes what back-end wasm lacks and puts right what it has wrong', async () => {
  const repaired = new Set(wasmRepairs.map(({ kernelName }) => kernelName));
  await checkParity(
    cases.filter(({ kernels }) => kernels.some((kernel) => repaired.has(kernel))),
    'wasm',
  );
});

it('does the same for back-end cpu', async () => {
  await checkParity(cases, 'cpu');
});

describe('engines', () => {
  const parameters = new Map([
    ['first', noise(3, 3, 2, 6)],
    ['bias', noise(6)],
    ['slope', noise(6)],
    ['second', noise(3, 3, 6, 2)],
  ]);
  const signature = { x: { shape: [2, 8, 8, 2] }, target: { shape: [2, 8, 8, 2] } };

  /** Down by a strided convolution, PReLU, pooling and back up, and a soft decision. */
  const network: TensorFunction = ({ x }, w) => {
    const filter = (key: string) => w.get(key) as tf.Tensor4D;
    const down = tf.add(tf.conv2d(x as tf.Tensor4D, filter('first'), 2, 'same'), w.get('bias') as tf.Tensor);
    const active = tf.prelu(down, w.get('slope') as tf.Tensor) as tf.Tensor4D;
    const pooled = tf.maxPool(active, 3, 1, 'same');
    const up = tf.image.resizeBilinear(pooled, [8, 8]);
    const y = tf.conv2d(up, filter('second'), 1, 'same');
    return { y, share: tf.softmax(y), order: tf.argMax(y, -1) };
  };

  const loss: LossFunction = (weights, inputs) => {
    const { y } = network(inputs, weights);
    return { total: tf.mean(tf.square(tf.sub(y as tf.Tensor, inputs.target as tf.Tensor))) };
  };

  const momentum: Optimizer = {
    id: 'momentum',
    slots: ['velocity'],
    update: (parameter, gradient, { velocity }, _, learningRate) => {
      const next = tf.add(tf.mul(velocity as tf.Tensor, 0.9), gradient);
      return { parameter: tf.sub(parameter, tf.mul(learningRate, next)), slots: { velocity: next } };
    },
  };

  it('give equal results', async () => {
    const inputs = { x: noise(2, 8, 8, 2) };
    const run = async (engine: EngineId) => {
      const compiled = await compile(network, { x: signature.x }, { engine, weights: parameters });
      const results = await compiled.run(inputs);
      await compiled.dispose();
      return results;
    };
    const [cpu, graph, wasm] = [await run('cpu'), await run('graph'), await run('wasm')];
    for (const other of [graph, wasm]) {
      expect(largestDifference(other.y, cpu.y)).toBeLessThan(1e-5);
      expect(largestDifference(other.share, cpu.share)).toBeLessThan(1e-5);
      expect(other.order).toEqual(cpu.order);
    }
  });

  it('train the same network', async () => {
    const batches = Array.from({ length: 3 }, () => ({ x: noise(2, 8, 8, 2), target: noise(2, 8, 8, 2) }));
    const train = async (engine: EngineId) => {
      const step = await compileTrainStep({ loss, parameters, signature, optimizer: momentum, engine });
      for (const batch of batches) await step.run(batch, { learningRate: 0.5 });
      const weights = step.weights();
      await step.dispose();
      return weights;
    };
    const [cpu, graph, wasm] = [await train('cpu'), await train('graph'), await train('wasm')];
    for (const key of parameters.keys()) {
      expect(largestDifference(cpu.get(key), parameters.get(key))).toBeGreaterThan(1e-3);
      expect(largestDifference(graph.get(key), cpu.get(key))).toBeLessThan(1e-4);
      expect(largestDifference(wasm.get(key), cpu.get(key))).toBeLessThan(1e-4);
    }
  });
});
