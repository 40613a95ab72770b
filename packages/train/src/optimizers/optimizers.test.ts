import { readFileSync } from 'node:fs';
import { ConfigError, hostTensor } from '@vosvfi/core';
import { compileTrainStep, type Optimizer } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AdamFamilyOptions, adam, adamax, adamW, type SgdOptions, sgd } from '../index.js';

interface Case {
  optimizer: 'adam' | 'adamw' | 'adamax' | 'sgd';
  options: AdamFamilyOptions & SgdOptions;
  expected: number[][];
}
const fixture: {
  shape: number[];
  initial: number[];
  gradients: number[][];
  learningRates: number[];
  cases: Case[];
} = JSON.parse(readFileSync(new URL('../../test/fixtures/optimizers.json', import.meta.url), 'utf8'));

const make = { adam, adamw: adamW, adamax, sgd };

/** Values of the parameter after each step. */
function descend(optimizer: Optimizer): number[][] {
  return tf.tidy(() => {
    let parameter: tf.Tensor = tf.tensor(fixture.initial, fixture.shape);
    let slots: Record<string, tf.Tensor> = Object.fromEntries(
      optimizer.slots.map((slot) => [slot, tf.zeros(fixture.shape)]),
    );
    return fixture.gradients.map((gradient, i) => {
      const rate = tf.scalar(fixture.learningRates[i] as number);
      const g = tf.tensor(gradient, fixture.shape);
      ({ parameter, slots } = optimizer.update(parameter, g, slots, tf.scalar(i + 1), rate));
      expect(Object.keys(slots).sort()).toEqual([...optimizer.slots].sort());
      return [...parameter.dataSync()];
    });
  });
}

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('optimizers', () => {
  it.each(fixture.cases)('$optimizer $options equals torch.optim', ({ optimizer, options, expected }) => {
    const actual = descend(make[optimizer](options));
    actual.forEach((values, i) => {
      values.forEach((value, j) => {
        // Float32 rounding of a handful of operations on values of size one.
        expect(Math.abs(value - (expected[i]?.[j] as number)), `step ${i + 1}, element ${j}`).toBeLessThan(1e-6);
      });
    });
  });

  it.each(fixture.cases)('$optimizer $options equals torch.optim compiled in a training step', async (one) => {
    const { shape } = fixture;
    const step = await compileTrainStep({
      // The gradient of this loss is its input.
      loss: (weights, inputs) => ({ total: tf.sum(tf.mul(weights.get('p')!, inputs.gradient!)) }),
      parameters: new Map([['p', hostTensor(Float32Array.from(fixture.initial), shape)]]),
      signature: { gradient: { shape } },
      optimizer: make[one.optimizer](one.options),
    });
    for (const [i, gradient] of fixture.gradients.entries()) {
      const inputs = { gradient: hostTensor(Float32Array.from(gradient), shape) };
      const { applied } = await step.run(inputs, { learningRate: fixture.learningRates[i]! });
      expect(applied).toBe(true);
      step
        .weights()
        .get('p')!
        .data.forEach((value, j) => {
          expect(Math.abs(value - one.expected[i]![j]!), `step ${i + 1}, element ${j}`).toBeLessThan(1e-6);
        });
    }
    await step.dispose();
  });

  it('corrects the bias to float32 precision at the first step, where the plain formula loses four digits', () => {
    const at = (step: number): number => {
      const one = tf.scalar(1);
      const { parameter } = adamW({ epsilon: 0 }).update(
        tf.scalar(0),
        tf.scalar(1e-3),
        { m: tf.scalar(0), v: tf.scalar(0) },
        tf.scalar(step),
        one,
      );
      return parameter.dataSync()[0] as number;
    };
    expect(Math.abs(at(1) + 1)).toBeLessThan(3e-7);
  });

  it('names an option that is out of range', () => {
    expect(() => adamW({ beta2: 1 })).toThrow(/adamw\.beta2: expected a number in \[0, 1\), found 1/);
    expect(() => adamax({ epsilon: -1 })).toThrow(ConfigError);
    expect(() => sgd({ nesterov: true })).toThrow(/sgd\.nesterov/);
    expect(() => adam({ weightDecay: Number.NaN })).toThrow(/adam\.weightDecay/);
  });
});
