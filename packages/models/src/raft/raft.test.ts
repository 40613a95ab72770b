import { fileURLToPath } from 'node:url';
import { ConfigError, createRandom, type HostTensor, ShapeError } from '@vosvfi/core';
import { compile, initializeWeights, type TensorFunction, type TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import {
  expectNoTensorLeak,
  oracleWeights,
  readFixture,
  readParameterRules,
  relativeL2ToStored,
  toChannelsFirst,
  toChannelsLast,
} from '@vosvfi/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { countParameters } from '../index.js';
import { createRaft, type RaftConfig, type RaftNetwork } from './index.js';

const tiny: RaftConfig = {
  ...{ design: 'basic', widths: [2, 2, 3], features: 3, hidden: 2, context: 2 },
  ...{ correlation: [3, 3], flow: [2, 2], motion: 3, head: 3, levels: 3, radius: 1 },
};

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function freshWeights(network: RaftNetwork): TensorWeights {
  const weights = initializeWeights(network.parameters, createRandom(1));
  return new Map([...weights].map(([key, { data, shape }]) => [key, tf.tensor(data, [...shape])]));
}

function frames(height: number, width: number): [tf.Tensor, tf.Tensor] {
  const random = createRandom(3);
  const frame = (): tf.Tensor =>
    tf.tensor4d(
      Float32Array.from({ length: height * width * 3 }, () => random.uniform()),
      [1, height, width, 3],
    );
  return [frame(), frame()];
}

function fixture(name: string): URL {
  return new URL(`../../test/fixtures/raft/${name}`, import.meta.url);
}

function rulesOf(id: string) {
  return readParameterRules(fileURLToPath(fixture(`${id}.params.json`)));
}

/** Largest difference. */
function distance(a: tf.Tensor, b: tf.Tensor): number {
  return tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!;
}

describe('parameters', () => {
  it.each(['raft', 'raft_small'] as const)('of %s are those of the official state dict', async (id) => {
    const rules = await rulesOf(id);
    const { parameters } = createRaft(id);
    const own = parameters.map(({ key, shape }) => [key, shape]);
    // Shared tensors are there twice.
    const official = rules.filter(({ alias_of }) => alias_of === undefined).map(({ key, shape }) => [key, shape]);
    expect(own).toEqual(official);
    const aliases = parameters.flatMap(({ key, aliases: names = [] }) => names.map((name) => [name, key]));
    const stored = rules.flatMap(({ key, alias_of }) => (alias_of === undefined ? [] : [[key, alias_of]]));
    expect(aliases).toEqual(stored);
  });

  it.each([
    ['raft', 5_257_536],
    ['raft_small', 990_162],
  ] as const)('of %s that are trained number %i', (id, count) => {
    expect(countParameters(createRaft(id).parameters.filter(({ trainable }) => trainable !== false))).toBe(count);
  });

  it('of the encoders start so that gradients keep their variance', () => {
    const specs = createRaft('raft').parameters.filter(({ key }) => key === 'fnet.layer2.0.conv1.weight');
    const { data } = [...initializeWeights(specs, createRandom(1)).values()][0]!;
    const squares = Array.from(data).reduce((sum, value) => sum + value * value, 0);
    const deviation = Math.sqrt(squares / data.length);
    expect(deviation / Math.sqrt(2 / (96 * 9))).toBeCloseTo(1, 1);
  });
});

describe('configuration', () => {
  it.each([
    [{ widths: [4, 4] }, 'raft.widths'],
    [{ correlation: [6] }, 'raft.correlation: expected two widths'],
    [{ design: 'small', correlation: [6] }, 'raft.widths: expected multiples of 4'],
    [{ levels: 0 }, 'raft.levels'],
    [{ dropout: 0.5 }, 'dropout'],
  ])('%o is refused', (change, message) => {
    const config = { ...tiny, ...change } as unknown as RaftConfig;
    expect(() => createRaft(config)).toThrow(ConfigError);
    expect(() => createRaft(config)).toThrow(message);
  });
});

describe('forward', () => {
  const network = createRaft(tiny);

  it('gives every prediction or the last, and frees the rest', async () => {
    const weights = freshWeights(network);
    const [frame0, frame1] = frames(40, 32);
    await expectNoTensorLeak(tf, () =>
      tf.tidy(() => {
        const all = network.forward(weights, { frame0, frame1, iterations: 2, predictions: 'all' });
        const last = network.forward(weights, { frame0, frame1, iterations: 2 });
        expect(all.flows.map(({ shape }) => shape)).toEqual(new Array(2).fill([1, 40, 32, 2]));
        expect([last.flows.length, last.flowLow.shape]).toEqual([1, [1, 5, 4, 2]]);
        expect(distance(all.flow, last.flow)).toBe(0);
        expect(distance(all.flow, all.flows[1]!)).toBe(0);
      }),
    );
  });

  it('starts from a given flow', () => {
    const weights = freshWeights(network);
    const [frame0, frame1] = frames(32, 32);
    const flowInit = tf.fill([1, 4, 4, 2], 0.75);
    const seen: number[] = [];
    network.forward(weights, {
      ...{ frame0, frame1, flowInit, iterations: 1 },
      observe: ({ flow }) => seen.push(distance(flow, flowInit)),
    });
    expect(seen).toEqual([0]);
  });

  it('finds the same flows in both directions at once', () => {
    const weights = freshWeights(network);
    const [frame0, frame1] = frames(32, 40);
    const { forth, back } = network.forwardBoth(weights, { frame0, frame1, iterations: 2 });
    const there = network.forward(weights, { frame0, frame1, iterations: 2 }).flow;
    const here = network.forward(weights, { frame0: frame1, frame1: frame0, iterations: 2 }).flow;
    expect(distance(forth.flow, there)).toBeLessThan(1e-5);
    expect(distance(back.flow, here)).toBeLessThan(1e-5);
    expect(distance(forth.flow, back.flow)).toBeGreaterThan(1e-3);
  });

  it('finds the same flow when correlations are too large to keep', () => {
    const weights = freshWeights(network);
    const [frame0, frame1] = frames(48, 32);
    const run = (keptBytes?: number): tf.Tensor =>
      network.forward(weights, { frame0, frame1, iterations: 2, keptBytes }).flow;
    // 6 x 4 places see 24 + 6 + 1 each: strips of four rows and two, and six of one.
    const whole = run();
    for (const kept of [2000, 1]) expect(distance(run(kept), whole)).toBeLessThan(1e-5);
  });

  it('names what does not fit', () => {
    const weights = freshWeights(network);
    const [frame0, frame1] = frames(32, 32);
    const run = (inputs: object): unknown => network.forward(weights, { frame0, frame1, ...inputs });
    expect(() => run({ frame0: frames(36, 32)[0], frame1: frames(36, 32)[0] })).toThrow(
      'raft frame0: expected height and width that are multiples of 8 and at least 32, found [1, 36, 32, 3]',
    );
    expect(() => run({ frame1: frames(40, 32)[0] })).toThrow('raft frame1: expected [1, 32, 32, 3] as frame0');
    expect(() => run({ frame0: tf.zeros([1, 32, 32, 1]) })).toThrow(ShapeError);
    expect(() => run({ iterations: 0 })).toThrow('raft iterations: expected a positive integer, found 0');
    expect(() => run({ flowInit: tf.zeros([1, 32, 32, 2]) })).toThrow('raft flowInit: expected [1, 4, 4, 2]');
  });
});

describe.each(['raft', 'raft_small'] as const)('%s against the official code, compiled', (id) => {
  const network = createRaft(id);
  let weights: Map<string, HostTensor>;
  let stored: Map<string, HostTensor>;

  beforeAll(async () => {
    const rules = (await rulesOf(id)).filter(({ alias_of }) => alias_of === undefined);
    weights = oracleWeights(rules);
    stored = await readFixture(fixture('raft.safetensors'));
  });

  const floats = (name: string): HostTensor => {
    const { data, shape } = stored.get(name)!;
    const rank4 = shape.length === 3 ? [shape[0]!, 1, ...shape.slice(1)] : shape;
    return toChannelsLast({ data: Float32Array.from(data), shape: rank4, dtype: 'float32' });
  };

  it('finds the same flows, with the same loss and gradients of the frames', async () => {
    const inputs = {
      ...{ image1: floats('in.image1'), image2: floats('in.image2') },
      ...{ truth: floats('in.flow_gt'), valid: floats('in.valid'), flowInit: floats('init.in.flow_init') },
    };
    const fn: TensorFunction = ({ image1, image2, truth, valid, flowInit }, tensors) => {
      const run = (first: tf.Tensor, second: tf.Tensor, iterations: number, start?: tf.Tensor) =>
        network.forward(tensors, {
          ...{ frame0: tf.div(first, 255), frame1: tf.div(second, 255), iterations },
          ...{ flowInit: start, predictions: 'all' },
        });
      const loss = (first: tf.Tensor, second: tf.Tensor): tf.Scalar => {
        const terms = run(first, second, 3).flows.map((flow, index) =>
          tf.mul(tf.mean(tf.mul(valid!, tf.abs(tf.sub(flow, truth!)))), 0.8 ** (2 - index)),
        );
        return tf.addN(terms) as tf.Scalar;
      };
      const { value, grads } = tf.valueAndGrads(loss)([image1!, image2!]);
      const { flows, flowLow } = run(image1!, image2!, 3);
      return {
        ...{ 'out.flow0': flows[0]!, 'out.flow2': flows[2]!, 'out.flow_low': flowLow, loss: value },
        'init.out.flow_low': run(image1!, image2!, 1, flowInit!).flowLow,
        ...{ 'seq.grad.image1': grads[0]!, 'seq.grad.image2': grads[1]! },
      };
    };
    const compiled = await compile(fn, inputs, { weights });
    const outputs = await compiled.run(inputs);
    await compiled.dispose();
    for (const [name, tensor] of Object.entries(outputs)) {
      const actual = tensor.shape.length === 4 ? toChannelsFirst(tensor) : tensor;
      const limit = name.startsWith('seq.') ? 1e-4 : 1e-5;
      expect(relativeL2ToStored(actual, stored.get(`${id}/${name}`)!), name).toBeLessThan(limit);
    }
  });
});
