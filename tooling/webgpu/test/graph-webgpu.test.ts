import { createRandom, type HostTensor, hostTensor, sizeOf, type WeightMap } from '@vosvfi/core';
import { compile, compileTrainStep, type EngineId, type LossFunction, type Optimizer } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { describe, expect, it } from 'vitest';

const random = createRandom(23);
const noise = (shape: number[], scale = 1) =>
  hostTensor(
    Float32Array.from({ length: sizeOf(shape) }, () => random.uniform(-scale, scale)),
    shape,
  );

const momentum: Optimizer = {
  id: 'momentum',
  slots: ['velocity'],
  update: (parameter, gradient, { velocity }, _step, learningRate) => {
    const next = tf.add(tf.mul(velocity as tf.Tensor, 0.9), gradient);
    return { parameter: tf.sub(parameter, tf.mul(learningRate, next)), slots: { velocity: next } };
  },
};

const loss: LossFunction = (w, { x, target }) => {
  const filter = tf.transpose(w.get('weight') as tf.Tensor, [2, 3, 1, 0]) as tf.Tensor4D;
  const y = tf.tanh(tf.add(tf.conv2d(x as tf.Tensor4D, filter, 1, 'same'), w.get('bias') as tf.Tensor));
  return { total: tf.mean(tf.square(tf.sub(y, target as tf.Tensor))) };
};

// Six channels: a number that the provider's own convolution has wrong.
const parameters = new Map([
  ['weight', noise([4, 6, 3, 3], 0.3)],
  ['bias', noise([4])],
]);
const signature = { x: { shape: [2, 6, 5, 6] }, target: { shape: [2, 6, 5, 4] } };
const batches = Array.from({ length: 3 }, () => ({ x: noise([2, 6, 5, 6]), target: noise([2, 6, 5, 4]) }));

const make = (engine: EngineId, accumulate = 1) =>
  compileTrainStep({ loss, parameters, signature, optimizer: momentum, engine, accumulate });

function distance(a: WeightMap, b: WeightMap): number {
  return Math.max(
    ...[...a].map(([key, { data }]) =>
      Math.max(...[...data].map((value, i) => Math.abs(value - (b.get(key)?.data[i] as number)))),
    ),
  );
}

const nan: HostTensor = hostTensor(new Float32Array(360).fill(Number.NaN), [2, 6, 5, 6]);

describe('engine graph-webgpu', () => {
  it('says what runs on the processor', async () => {
    const where = { engine: 'graph-webgpu' } as const;
    const whole = await compile(({ x }) => ({ y: tf.exp(x as tf.Tensor) }), { x: { shape: [4] } }, where);
    expect(whole.facts).toMatchObject({ engine: 'graph-webgpu', provider: 'webgpu', fallbacks: [] });
    const partly = await compile(
      ({ x }) => ({ y: tf.cast(tf.isNaN(x as tf.Tensor), 'int32') }),
      { x: { shape: [4] } },
      where,
    );
    expect(partly.facts.fallbacks.map(({ operator }) => operator)).toContain('IsNaN');
    const { y } = await partly.run({ x: hostTensor(Float32Array.of(1, Number.NaN, 2, 3), [4]) });
    expect([...(y?.data ?? [])]).toEqual([0, 1, 0, 0]);
    await whole.dispose();
    await partly.dispose();
  });

  it.each([1, 2])('trains as the processor does, with the state on the device (%d pieces)', async (accumulate) => {
    const [device, host] = [await make('graph-webgpu', accumulate), await make('graph', accumulate)];
    for (const batch of batches) {
      const [found, expected] = [
        await device.run(batch, { learningRate: 0.1 }),
        await host.run(batch, { learningRate: 0.1 }),
      ];
      expect(found.total).toBeCloseTo(expected.total, 5);
      expect(found.gradientNorm).toBeCloseTo(expected.gradientNorm, 4);
    }
    expect(() => device.weights()).toThrow('await step.settle()');
    await device.settle();
    expect(distance(device.weights(), host.weights())).toBeLessThan(1e-5);
    expect(distance(device.state().slots, host.state().slots)).toBeLessThan(1e-5);
    expect(distance(device.weights(), parameters)).toBeGreaterThan(1e-3);
    await device.dispose();
    await host.dispose();
  });

  it('goes back to restored weights, and drops steps that are not finite', async () => {
    const [step, other] = [await make('graph-webgpu'), await make('graph-webgpu')];
    const run = (index: number) => step.run(batches[index] as never, { learningRate: 0.1 });
    await run(0);
    await step.settle();
    const [weights, state] = [step.weights(), step.state()];
    const poisoned = await step.run({ ...batches[1], x: nan } as never, { learningRate: 0.1 });
    expect(poisoned.applied).toBe(false);
    await step.settle();
    expect(step.weights()).toEqual(weights);
    await run(1);
    other.restore(weights, state);
    await other.run(batches[1] as never, { learningRate: 0.1 });
    await step.settle();
    await other.settle();
    expect(distance(other.weights(), step.weights())).toBeLessThan(1e-6);
    step.restore(weights, state);
    expect(step.weights()).toEqual(weights);
    await step.dispose();
    await other.dispose();
  });
});

describe('engine webgpu', () => {
  it('computes and differentiates', async () => {
    const fn = ({ x }: Readonly<Record<string, tf.Tensor>>) => ({
      y: tf.grad((image) => tf.sum(tf.square(tf.conv2d(image as tf.Tensor4D, tf.ones([3, 3, 2, 3]), 1, 'same'))))(
        x as tf.Tensor,
      ),
    });
    const inputs = { x: noise([1, 5, 4, 2]) };
    const values = async (engine: EngineId) => {
      const compiled = await compile(fn, { x: { shape: [1, 5, 4, 2] } }, { engine });
      const { y } = await compiled.run(inputs);
      await compiled.dispose();
      return new Map([['y', y as HostTensor]]);
    };
    expect(distance(await values('webgpu'), await values('cpu'))).toBeLessThan(1e-4);
  });
});
