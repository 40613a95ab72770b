import { hostTensor } from '@vosvfi/core';
import { compileTrainStep, type EngineId, type LossFunction, type TrainStep } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { afterEach, describe, expect, it } from 'vitest';
import { joinSlots, splitSlots, startEma } from './ema.js';
import { adamW, withEma } from './index.js';
import { restoreState } from './run-state.js';

const parameters = new Map([
  ['w', hostTensor(Float32Array.of(1, -2, 0.5), [3])],
  ['b', hostTensor(Float32Array.of(0.25), [1])],
]);
const signature = { x: { shape: [2, 3] }, y: { shape: [2, 1] } };

const loss: LossFunction = (weights, { x, y }) => {
  const product = tf.matMul(x as tf.Tensor2D, tf.reshape(weights.get('w') as tf.Tensor, [3, 1]));
  const found = tf.add(product, weights.get('b') as tf.Tensor);
  return { total: tf.mean(tf.square(tf.sub(found, y as tf.Tensor))) };
};

const steps: TrainStep[] = [];
afterEach(async () => {
  for (const step of steps.splice(0)) await step.dispose();
});

async function make(options: { ema?: Parameters<typeof withEma>[1]; engine?: EngineId; accumulate?: number } = {}) {
  const { ema, engine = 'graph', accumulate = 1 } = options;
  const rule = adamW({ weightDecay: 0.1 });
  const optimizer = ema === undefined ? rule : withEma(rule, ema);
  const step = await compileTrainStep({ loss, parameters, signature, optimizer, engine, accumulate });
  steps.push(step);
  await startEma(step);
  return step;
}

function batch(index: number, poison = false) {
  const x = Float32Array.from({ length: 6 }, (_, i) => Math.sin(7 * i + index));
  if (poison) x[2] = Number.NaN;
  return { x: hostTensor(x, [2, 3]), y: hostTensor(Float32Array.of(index % 3, 1), [2, 1]) };
}

const run = (step: TrainStep, index: number, poison = false) => step.run(batch(index, poison), { learningRate: 0.1 });

/** The averages over weights that a plain step takes, in float64. */
async function reference(count: number, decayAt: (n: number) => number): Promise<number[]> {
  const plain = await make();
  let average = Array.from(parameters.get('w')?.data ?? []);
  for (let n = 1; n <= count; n += 1) {
    await run(plain, n);
    const decay = decayAt(n);
    const now = plain.weights().get('w')?.data ?? [];
    average = average.map((value, i) => decay * value + (1 - decay) * (now[i] as number));
  }
  return average;
}

const averageOf = (step: TrainStep) => splitSlots(step.state().slots).averages?.get('w')?.data as Float32Array;

describe('moving average of weights', () => {
  it.each([
    { engine: 'graph' as const, ema: { decay: 0.9 }, decayAt: (n: number) => Math.min(0.9, (1 + n) / (10 + n)) },
    { engine: 'graph' as const, ema: { decay: 0.3, warmUp: false }, decayAt: () => 0.3 },
    { engine: 'cpu' as const, ema: { decay: 0.9 }, decayAt: (n: number) => Math.min(0.9, (1 + n) / (10 + n)) },
    {
      ...{ engine: 'graph' as const, accumulate: 2, ema: { decay: 0.5 } },
      decayAt: (n: number) => Math.min(0.5, (1 + n) / (10 + n)),
    },
  ])('is that of the decay schedule: %j', async ({ decayAt, ...options }) => {
    const step = await make(options);
    expect(averageOf(step)).toEqual(parameters.get('w')?.data);
    for (let n = 1; n <= 12; n += 1) await run(step, n);
    const expected = await reference(12, decayAt);
    averageOf(step).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 5);
    });
    expect(averageOf(step)).not.toEqual(step.weights().get('w')?.data);
  });

  it('changes nothing in what is trained', async () => {
    const [plain, averaged] = [await make(), await make({ ema: { decay: 0.99 } })];
    for (const index of [0, 1, 2]) expect(await run(averaged, index)).toEqual(await run(plain, index));
    expect(averaged.weights()).toEqual(plain.weights());
    expect(splitSlots(averaged.state().slots).others).toEqual(plain.state().slots);
  });

  it('stays as it is, like weights and optimizer state, when a step is left out', async () => {
    const [step, clean] = [await make({ ema: { decay: 0.9 } }), await make({ ema: { decay: 0.9 } })];
    for (const each of [step, clean]) await run(each, 0);
    const before = [step.weights(), step.state()];
    expect(await run(step, 1, true)).toMatchObject({ applied: false });
    expect([step.weights(), step.state()]).toEqual(before);
    for (const each of [step, clean]) await run(each, 2);
    expect(step.weights()).toEqual(clean.weights());
    expect(step.state()).toEqual(clean.state());
  });

  it('goes on to the same bits after its parts were taken apart and joined', async () => {
    const [whole, resumed] = [await make({ ema: { decay: 0.9 } }), await make({ ema: { decay: 0.9 } })];
    for (const index of [0, 1]) await run(whole, index);
    const { step, slots } = whole.state();
    const { averages, others } = splitSlots(slots);
    expect([...others.keys()]).toEqual(['m/w', 'm/b', 'v/w', 'v/b']);
    resumed.restore(whole.weights(), { step, slots: joinSlots(others, averages, parameters.keys()) });
    // Not a step that has not run: its averages stay.
    await startEma(resumed);
    for (const index of [2, 3]) for (const each of [whole, resumed]) await run(each, index);
    expect(resumed.state()).toEqual(whole.state());
  });

  it('cannot go on from a checkpoint that has none', async () => {
    const [plain, averaged] = [await make(), await make({ ema: { decay: 0.9 } })];
    await run(plain, 0);
    const { step, slots } = plain.state();
    const checkpoint = { step: 1, optimizerStep: step, skipped: 0, weights: plain.weights(), slots };
    await expect(restoreState(averaged, checkpoint)).rejects.toThrow('optimizer state: tensor "ema/w" is missing.');
  });

  it('names a decay that cannot be', () => {
    expect(() => withEma(adamW(), { decay: 1 })).toThrow('ema.decay: expected a number in [0, 1), found 1.');
  });
});
