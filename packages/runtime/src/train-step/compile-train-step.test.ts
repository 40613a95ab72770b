import { CheckpointError, createRandom, type HostTensor, hostTensor } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import type { EngineId, LossFunction, Optimizer, TrainStep } from '../engine.js';
import * as tf from '../tf.js';
import { compileTrainStep } from './compile-train-step.js';

const random = createRandom(11);
const noise = (shape: number[], scale = 1) =>
  hostTensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform(-scale, scale)),
    shape,
  );

/** Adam with bias correction, enough to exercise slots, step number and learning rate. */
const adam: Optimizer = {
  id: 'adam',
  slots: ['m', 'v'],
  update: (parameter, gradient, slots, step, learningRate) => {
    const m = tf.add(tf.mul(slots.m as tf.Tensor, 0.9), tf.mul(gradient, 0.1));
    const v = tf.add(tf.mul(slots.v as tf.Tensor, 0.999), tf.mul(tf.square(gradient), 0.001));
    const mHat = tf.div(m, tf.sub(1, tf.pow(tf.scalar(0.9), step)));
    const vHat = tf.div(v, tf.sub(1, tf.pow(tf.scalar(0.999), step)));
    return {
      parameter: tf.sub(parameter, tf.mul(learningRate, tf.div(mHat, tf.add(tf.sqrt(vHat), 1e-8)))),
      slots: { m, v },
    };
  },
};

/** Two convolutions towards a target, with a frozen gain. */
const loss: LossFunction = (w, { x, target }, frozen) => {
  const filter = (key: string) => tf.transpose(w.get(key) as tf.Tensor, [2, 3, 1, 0]) as tf.Tensor4D;
  const hidden = tf.prelu(
    tf.add(tf.conv2d(x as tf.Tensor4D, filter('a.weight'), 2, 1), w.get('a.bias') as tf.Tensor),
    w.get('slope') as tf.Tensor,
  );
  const y = tf.mul(tf.conv2d(hidden as tf.Tensor4D, filter('b.weight'), 1, 1), frozen.get('gain') as tf.Tensor);
  const squared = tf.mean(tf.square(tf.sub(y, target as tf.Tensor)));
  const size = tf.mean(tf.abs(y));
  return { total: tf.add(squared, tf.mul(size, 0.01)), terms: { squared, size } };
};

const parameters = new Map([
  ['a.weight', noise([5, 3, 3, 3], 0.3)],
  ['a.bias', noise([5])],
  ['slope', noise([5])],
  ['b.weight', noise([2, 5, 3, 3], 0.3)],
]);
const frozen = new Map([['gain', noise([2])]]);
const signature = { x: { shape: [2, 9, 8, 3] }, target: { shape: [2, 5, 4, 2] } };
const batches = Array.from({ length: 6 }, () => ({ x: noise([2, 9, 8, 3]), target: noise([2, 5, 4, 2]) }));

const make = (engine: EngineId, extra: { clipNorm?: number } = {}) =>
  compileTrainStep({ loss, parameters, frozen, signature, optimizer: adam, engine, ...extra });

async function advance(step: TrainStep, from: number, to: number): Promise<void> {
  for (const batch of batches.slice(from, to)) {
    expect((await step.run(batch, { learningRate: 0.01 })).applied).toBe(true);
  }
}

function distance(a: ReadonlyMap<string, HostTensor>, b: ReadonlyMap<string, HostTensor>): number {
  let largest = 0;
  for (const [key, { data }] of a) {
    data.forEach((value, i) => {
      largest = Math.max(largest, Math.abs(value - (b.get(key)?.data[i] as number)));
    });
  }
  return largest;
}

describe('compileTrainStep', () => {
  it('trains the same network on graph and cpu, and lowers the loss', async () => {
    const [graph, cpu] = [await make('graph'), await make('cpu')];
    const first = await graph.run(batches[0] as never, { learningRate: 0.01 });
    const eager = await cpu.run(batches[0] as never, { learningRate: 0.01 });
    expect(first.total).toBeCloseTo(eager.total, 5);
    expect(first.gradientNorm).toBeCloseTo(eager.gradientNorm, 4);
    expect(first.total).toBeCloseTo((first.terms.squared as number) + 0.01 * (first.terms.size as number), 5);
    await advance(graph, 1, 6);
    await advance(cpu, 1, 6);
    expect(distance(graph.weights(), parameters)).toBeGreaterThan(0.03);
    expect(distance(graph.weights(), cpu.weights())).toBeLessThan(1e-4);
    const last = await graph.run(batches[0] as never, { learningRate: 0.01 });
    expect(last.total).toBeLessThan(first.total);
    await graph.dispose();
    await cpu.dispose();
  });

  it('gives the same bits twice, and after resuming', async () => {
    const [whole, other] = [await make('graph'), await make('graph')];
    await advance(whole, 0, 6);
    await advance(other, 0, 3);
    const resumed = await make('graph');
    resumed.restore(other.weights(), other.state());
    await advance(resumed, 3, 6);
    await advance(other, 3, 6);
    for (const step of [other, resumed]) {
      expect(step.weights()).toEqual(whole.weights());
      expect(step.state()).toEqual(whole.state());
    }
    expect([...whole.weights().keys()]).toEqual([...parameters.keys()]);
    expect(whole.state().step).toBe(6);
    for (const step of [whole, other, resumed]) await step.dispose();
  });

  it('leaves everything as it was when loss or gradient is not finite', async () => {
    const step = await make('graph');
    await advance(step, 0, 2);
    const [weights, state] = [step.weights(), step.state()];
    const poisoned = { ...batches[2], x: hostTensor(new Float32Array(2 * 9 * 8 * 3).fill(Number.NaN), [2, 9, 8, 3]) };
    const result = await step.run(poisoned as never, { learningRate: 0.01 });
    expect(result.applied).toBe(false);
    expect(result.total).toBeNaN();
    expect(step.weights()).toEqual(weights);
    expect(step.state()).toEqual(state);
    await advance(step, 2, 3);
    expect(step.state().step).toBe(3);
    await step.dispose();
  });

  it('scales gradients to the clipping norm', async () => {
    const plain: Optimizer = {
      id: 'sgd',
      slots: [],
      update: (parameter, gradient, _slots, _step, learningRate) => ({
        parameter: tf.sub(parameter, tf.mul(learningRate, gradient)),
        slots: {},
      }),
    };
    const step = await compileTrainStep({ loss, parameters, frozen, signature, optimizer: plain, clipNorm: 0.01 });
    const { gradientNorm } = await step.run(batches[0] as never, { learningRate: 1 });
    expect(gradientNorm).toBeGreaterThan(0.02);
    let squares = 0;
    for (const [key, { data }] of step.weights()) {
      data.forEach((value, i) => {
        squares += (value - (parameters.get(key)?.data[i] as number)) ** 2;
      });
    }
    expect(Math.sqrt(squares)).toBeCloseTo(0.01, 4);
    await step.dispose();
  });

  it('runs steps one after the other when they are not awaited', async () => {
    const [together, apart] = [await make('graph'), await make('graph')];
    await Promise.all(batches.map((batch) => together.run(batch, { learningRate: 0.01 })));
    await advance(apart, 0, 6);
    expect(together.weights()).toEqual(apart.weights());
    await together.dispose();
    await apart.dispose();
    await expect(apart.run(batches[0] as never, { learningRate: 1 })).rejects.toThrow('disposed');
  });

  it('names what a checkpoint lacks', async () => {
    const step = await make('graph');
    const [weights, state] = [step.weights(), step.state()];
    const without = new Map([...weights].filter(([key]) => key !== 'slope'));
    expect(() => step.restore(without, state)).toThrow('weights: tensor "slope" is missing.');
    expect(() => step.restore(new Map([...weights, ['z', noise([1])]]), state)).toThrow('tensor "z" is unknown');
    const slots = new Map([...state.slots, ['m/a.bias', noise([6])]]);
    expect(() => step.restore(weights, { step: 1, slots })).toThrow(CheckpointError);
    expect(() => step.restore(weights, { step: 1, slots })).toThrow(
      'optimizer state: tensor "m/a.bias": expected float32 [5], found float32 [6]',
    );
    expect(step.state()).toEqual(state);
    await step.dispose();
  });

  it('names parameters that the loss does not reach', async () => {
    const extra = new Map([...parameters, ['unused', noise([3])]]);
    await expect(compileTrainStep({ loss, parameters: extra, frozen, signature, optimizer: adam })).rejects.toThrow(
      'The loss does not depend on parameter "unused"',
    );
  });

  it('names the input, rate or checkpoint tensor of another kind', async () => {
    const step = await make('graph');
    const [batch] = batches as [(typeof batches)[number]];
    const wrong = (extra: object, learningRate = 0.1) => step.run({ ...batch, ...extra }, { learningRate });
    await expect(wrong({ x: noise([2, 9, 8, 4]) })).rejects.toThrow('Input "x": expected float32 [2, 9, 8, 3]');
    const integers = { data: new Int32Array(2 * 9 * 8 * 3), shape: [2, 9, 8, 3], dtype: 'int32' as const };
    await expect(wrong({ x: integers })).rejects.toThrow('found int32 [2, 9, 8, 3]');
    await expect(wrong({}, Number.NaN)).rejects.toThrow('learningRate: expected a finite number, found NaN.');
    const [weights, state] = [step.weights(), step.state()];
    const bias = { data: new Int32Array(5), shape: [5], dtype: 'int32' as const };
    expect(() => step.restore(new Map([...weights, ['a.bias', bias]]), state)).toThrow(
      'tensor "a.bias": expected float32 [5], found int32 [5]',
    );
    expect(() => step.restore(weights, { ...state, step: Number.NaN })).toThrow('step must be a whole number');
    expect(step.weights()).toEqual(weights);
    await step.dispose();
  });

  it('waits for steps that run when it is disposed, and restores only between steps', async () => {
    const step = await make('graph');
    const [weights, state] = [step.weights(), step.state()];
    const running = [0, 1].map((index) => step.run(batches[index] as never, { learningRate: 0.01 }));
    expect(() => step.restore(weights, state)).toThrow('Weights cannot be restored while steps run.');
    const ended = step.dispose();
    for (const result of running) expect((await result).applied).toBe(true);
    await ended;
    await step.dispose();
    await expect(step.run(batches[0] as never, { learningRate: 1 })).rejects.toThrow('The training step was disposed.');
  });

  it('names options that cannot be', async () => {
    const using = (extra: object) =>
      compileTrainStep({ loss, parameters, frozen, signature, optimizer: adam, ...extra });
    await expect(using({ clipNorm: 0 })).rejects.toThrow('clipNorm: expected a number above 0, found 0.');
    await expect(using({ parameters: new Map() })).rejects.toThrow('parameters: there is nothing to train.');
    const short = new Map([...parameters, ['a.bias', { ...noise([5]), shape: [6] }]]);
    await expect(using({ parameters: short })).rejects.toThrow('Weight "a.bias": expected 6 elements');
    await expect(using({ engine: 'gpu' })).rejects.toThrow('engine: expected one of graph');
    await expect(using({ loss: () => ({ total: tf.ones([2]) }) })).rejects.toThrow(
      'Training loss: expected a scalar `total`, found [2].',
    );
    const forgetful: Optimizer = { ...adam, update: (parameter) => ({ parameter, slots: { m: parameter } }) };
    await expect(using({ optimizer: forgetful })).rejects.toThrow(
      'Optimizer "adam", new slot "v" of "a.weight": expected a tensor, found undefined.',
    );
    const shrinking: Optimizer = {
      ...adam,
      update: (p, _, { m, v }) => ({ parameter: tf.sum(p), slots: { m: m!, v: v! } }),
    };
    await expect(using({ optimizer: shrinking })).rejects.toThrow(
      'Optimizer "adam", new parameter of "a.weight": expected [5, 3, 3, 3], found [].',
    );
  });
});
