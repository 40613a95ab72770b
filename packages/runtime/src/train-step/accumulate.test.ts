import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, type HostTensor, hostTensor, type WeightMap } from '@vosvfi/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LossFunction, Optimizer, TrainStep, TrainStepOptions } from '../engine.js';
import { loadTrainStep } from '../saved/load-train-step.js';
import * as tf from '../tf.js';
import { compileTrainStep } from './compile-train-step.js';

const random = createRandom(17);
const noise = (shape: number[], scale = 1) =>
  hostTensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform(-scale, scale)),
    shape,
  );

/** Momentum with a bias correction, so that slots and the step number count. */
const momentum: Optimizer = {
  id: 'momentum',
  slots: ['velocity'],
  update: (parameter, gradient, { velocity }, step, learningRate) => {
    const next = tf.add(tf.mul(velocity as tf.Tensor, 0.9), gradient);
    const corrected = tf.div(next, tf.sub(1, tf.pow(tf.scalar(0.9), step)));
    return { parameter: tf.sub(parameter, tf.mul(learningRate, corrected)), slots: { velocity: next } };
  },
};

/** A mean over samples; `gain` has no batch axis of its own. */
const loss: LossFunction = (w, { x, target, gain }, frozen) => {
  const filter = tf.transpose(w.get('weight') as tf.Tensor, [2, 3, 1, 0]) as tf.Tensor4D;
  const y = tf.add(tf.conv2d(x as tf.Tensor4D, filter, 1, 'same'), w.get('bias') as tf.Tensor);
  const scaled = tf.mul(tf.mul(tf.tanh(y), gain as tf.Tensor), frozen.get('scale') as tf.Tensor);
  const squared = tf.mean(tf.square(tf.sub(scaled, target as tf.Tensor)));
  const size = tf.mean(tf.abs(scaled));
  return { total: tf.add(squared, tf.mul(size, 0.1)), terms: { squared, size, total: squared } };
};

const parameters = new Map([
  ['weight', noise([2, 3, 3, 3], 0.3)],
  ['bias', noise([2])],
]);
const frozen = new Map([['scale', noise([2])]]);
const signature = {
  x: { shape: [6, 5, 4, 3] },
  target: { shape: [6, 5, 4, 2] },
  gain: { shape: [1, 1, 1, 2] },
};
const batches = Array.from({ length: 4 }, () => ({
  x: noise([6, 5, 4, 3]),
  target: noise([6, 5, 4, 2]),
  gain: noise([1, 1, 1, 2]),
}));

const make = (extra: Partial<TrainStepOptions> = {}) =>
  compileTrainStep({ loss, parameters, frozen, signature, optimizer: momentum, ...extra });

const run = (step: TrainStep, index: number) => step.run(batches[index]!, { learningRate: 0.1 });

function expectClose(a: WeightMap, b: WeightMap, tolerance: number): void {
  expect([...a.keys()]).toEqual([...b.keys()]);
  for (const [key, { data }] of a) {
    data.forEach((value, i) => {
      expect(Math.abs(value - (b.get(key)?.data[i] as number))).toBeLessThan(tolerance);
    });
  }
}

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vosvfi-step-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('accumulated gradients', () => {
  it.each([
    { accumulate: 2 },
    { accumulate: 3, clipNorm: 0.05 },
    { accumulate: 6, clipNorm: 100 },
    { accumulate: 3, clipNorm: 0.05, engine: 'cpu' as const },
  ])('with %j give the update of the whole batch', async (options) => {
    const { accumulate, ...rest } = options;
    const [whole, pieces] = [await make(rest), await make(options)];
    for (const index of batches.keys()) {
      const [expected, found] = [await run(whole, index), await run(pieces, index)];
      expect(found.applied).toBe(true);
      expect(found.total).toBeCloseTo(expected.total, 5);
      expect(found.gradientNorm).toBeCloseTo(expected.gradientNorm, 5);
      for (const [name, term] of Object.entries(expected.terms)) expect(found.terms[name]).toBeCloseTo(term, 5);
      expect(Object.keys(found.terms)).toEqual(Object.keys(expected.terms));
    }
    expectClose(pieces.weights(), whole.weights(), 2e-6);
    expectClose(pieces.state().slots, whole.state().slots, 2e-6);
    expect(pieces.state().step).toBe(4);
    // Not because nothing moved.
    expect(pieces.weights().get('bias')?.data).not.toEqual(parameters.get('bias')?.data);
    await whole.dispose();
    await pieces.dispose();
  });

  it('go on to the same bits after resuming', async () => {
    const [whole, first, resumed] = [
      await make({ accumulate: 3 }),
      await make({ accumulate: 3 }),
      await make({ accumulate: 3 }),
    ];
    for (const index of [0, 1, 2, 3]) await run(whole, index);
    for (const index of [0, 1]) await run(first, index);
    resumed.restore(first.weights(), first.state());
    for (const index of [2, 3]) await run(resumed, index);
    expect(resumed.weights()).toEqual(whole.weights());
    expect(resumed.state()).toEqual(whole.state());
    for (const step of [whole, first, resumed]) await step.dispose();
  });

  it('leave everything as it was when one micro-batch is not finite', async () => {
    const [step, clean] = [await make({ accumulate: 3 }), await make({ accumulate: 3 })];
    for (const each of [step, clean]) await run(each, 0);
    const [weights, state] = [step.weights(), step.state()];
    const x = noise([6, 5, 4, 3]);
    x.data[3 * 60 + 7] = Number.NaN;
    const poisoned: Record<string, HostTensor> = { ...batches[1]!, x };
    const result = await step.run(poisoned, { learningRate: 0.1 });
    expect(result).toMatchObject({ applied: false, total: Number.NaN, gradientNorm: Number.NaN });
    expect(step.weights()).toEqual(weights);
    expect(step.state()).toEqual(state);
    // Nothing of the lost gradients is left for the next step.
    for (const each of [step, clean]) await run(each, 2);
    expect(step.weights()).toEqual(clean.weights());
    await step.dispose();
    await clean.dispose();
  });

  it('leave everything as it was when only a gradient is not finite', async () => {
    const steep: LossFunction = (w, inputs) => {
      // At a weight of zero the square root is 0 and its slope infinite.
      const root = tf.sqrt(tf.abs(tf.sub(w.get('bias') as tf.Tensor, parameters.get('bias')!.data as Float32Array)));
      return {
        total: tf.add(
          tf.sum(root),
          tf.mean(tf.square(tf.mul(inputs.x as tf.Tensor, tf.sum(w.get('weight') as tf.Tensor)))),
        ),
      };
    };
    const step = await make({ loss: steep, accumulate: 2 });
    const result = await run(step, 0);
    expect(Number.isFinite(result.total)).toBe(true);
    expect(Number.isFinite(result.gradientNorm)).toBe(false);
    expect(result.applied).toBe(false);
    expect(step.weights()).toEqual(parameters);
    await step.dispose();
  });

  it('need batches that can be split', async () => {
    await expect(make({ accumulate: 4 })).rejects.toThrow(
      'signature.x.shape[0]: expected a multiple of 4, because the batch is split into 4 micro-batches; found 6.',
    );
    await expect(make({ accumulate: 0 })).rejects.toThrow('accumulate: expected a positive whole number, found 0.');
  });
});

describe('saved training steps', () => {
  it.each([1, 3])('with accumulate %i go on to the same bits', async (accumulate) => {
    const path = join(folder, 'step');
    const step = await make({ accumulate, clipNorm: 0.5 });
    await run(step, 0);
    await step.save(path);
    expect(await readdir(path)).toHaveLength(accumulate === 1 ? 2 : 3);
    // Any order of parameters: the saved one is used.
    const reversed = new Map([...parameters].reverse());
    const loaded = await loadTrainStep(path, { parameters: reversed, signature });
    loaded.restore(step.weights(), step.state());
    for (const index of [1, 2]) expect(await run(loaded, index)).toEqual(await run(step, index));
    expect(loaded.weights()).toEqual(step.weights());
    expect([...loaded.weights().keys()]).toEqual([...parameters.keys()]);
    expect(loaded.state()).toEqual(step.state());
    expect(loaded.facts.nodes).toBe(step.facts.nodes);
    await expect(loaded.save(join(folder, 'again'))).rejects.toThrow('cannot be saved again');
    await step.dispose();
    await loaded.dispose();
  });

  it('name the parameter and the input that do not fit', async () => {
    const path = join(folder, 'step');
    const step = await make();
    await step.save(path);
    await step.dispose();
    const load = (changed: WeightMap) => loadTrainStep(path, { parameters: changed });
    await expect(load(new Map([...parameters, ['bias', noise([3])]]))).rejects.toThrow(
      'parameter "bias": expected float32 [2], found float32 [3].',
    );
    await expect(load(new Map([...parameters].slice(1)))).rejects.toThrow('parameter "weight": expected float32');
    await expect(load(new Map([...parameters, ['more', noise([3])]]))).rejects.toThrow('parameter "more" is unknown');
    await expect(
      loadTrainStep(path, { parameters, signature: { ...signature, gain: { shape: [2] } } }),
    ).rejects.toThrow('input "gain": expected float32 [2], found float32 [1, 1, 1, 2].');
  });
});
