import { fileURLToPath } from 'node:url';
import { ConfigError, createRandom, type HostTensor, ShapeError } from '@vosvfi/core';
import { compile, initializeWeights, type TensorFunction, type TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import {
  oracleWeights,
  readFixture,
  readParameterRules,
  relativeL2ToStored,
  toChannelsFirst,
  toChannelsLast,
} from '@vosvfi/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { countParameters } from '../index.js';
import { createRife, type RifeConfig, type RifeNetwork } from './index.js';

const tiny: RifeConfig = { blocks: [8, 6, 4], teacher: 4, context: 2, anyTime: true };

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function freshWeights(network: RifeNetwork): TensorWeights {
  const weights = initializeWeights(network.trainingParameters, createRandom(1));
  return new Map([...weights].map(([key, { data, shape }]) => [key, tf.tensor(data, [...shape])]));
}

function frames(height: number, width: number, batch = 1): [tf.Tensor, tf.Tensor] {
  const random = createRandom(3);
  const frame = (): tf.Tensor => {
    const data = Float32Array.from({ length: batch * height * width * 3 }, () => random.uniform());
    return tf.tensor4d(data, [batch, height, width, 3]);
  };
  return [frame(), frame()];
}

function times(value = 0.5, batch = 1): tf.Tensor {
  return tf.fill([batch, 1, 1, 1], value);
}

function folder(id: 'rife' | 'rife_m'): URL {
  return new URL(`../../test/fixtures/rife/${id}/`, import.meta.url);
}

function rulesOf(id: 'rife' | 'rife_m') {
  return readParameterRules(fileURLToPath(new URL('params.json', folder(id))));
}

describe('parameters', () => {
  it.each(['rife', 'rife_m'] as const)(
    'of %s have the keys, shapes and order of the official state dict',
    async (id) => {
      const rules = await rulesOf(id);
      const { parameters, trainingParameters } = createRife(id);
      const official = rules.map(({ key, shape }) => [key, shape]);
      expect(trainingParameters.map(({ key, shape }) => [key, shape])).toEqual(official);
      const student = official.filter(([key]) => !(key as string).startsWith('block_tea.'));
      expect(parameters.map(({ key, shape }) => [key, shape])).toEqual(student);
    },
  );

  it.each([
    ['rife', 10_071_550, 10_708_215],
    ['rife_m', 10_073_710, 10_710_780],
  ] as const)('of %s number %i, with the teacher %i', (id, count, withTeacher) => {
    const { parameters, trainingParameters } = createRife(id);
    expect(countParameters(parameters)).toBe(count);
    expect(countParameters(trainingParameters)).toBe(withTeacher);
  });

  it('start as in PyTorch, or so that layers keep the variance', () => {
    const size = (key: string, initialization: 'official' | 'he'): number => {
      const { parameters } = createRife('rife', undefined, initialization);
      const { data } = initializeWeights(
        parameters.filter((spec) => spec.key === key),
        createRandom(1),
      ).get(key)!;
      const squares = Array.from(data).reduce((sum, value) => sum + value * value, 0);
      return Math.sqrt(squares / data.length);
    };
    const he = (fanIn: number) => Math.sqrt(2 / ((1 + 0.25 ** 2) * fanIn));
    for (const [key, official, own] of [
      ['block1.convblock.3.0.weight', 1 / Math.sqrt(3 * 150 * 9), he(150 * 9)],
      ['block0.lastconv.weight', 1 / Math.sqrt(3 * 5 * 16), 0.1 * he(240 * 4)],
      ['unet.up1.0.weight', 1 / Math.sqrt(3 * 64 * 16), he(256 * 4)],
    ] as const) {
      expect(Math.abs(size(key, 'official') / official - 1), key).toBeLessThan(0.03);
      expect(Math.abs(size(key, 'he') / own - 1), key).toBeLessThan(0.03);
    }
  });
});

describe('configuration', () => {
  it.each([
    [{ blocks: [8, 6] }, 'rife.blocks'],
    [{ blocks: [8, 6, 5] }, 'rife.blocks.2: expected an even number'],
    [{ context: 0 }, 'rife.context'],
    [{ depth: 2 }, 'depth'],
  ])('%o is refused', (change, message) => {
    const config = { ...tiny, ...change } as unknown as RifeConfig;
    expect(() => createRife(config)).toThrow(ConfigError);
    expect(() => createRife(config)).toThrow(message);
  });
});

describe('forward', () => {
  it('gives a record of every stage and the teacher, and frees the rest', () => {
    const network = createRife(tiny);
    const weights = freshWeights(network);
    const [frame0, frame1] = frames(32, 48, 2);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const out = network.forwardTraining(weights, { frame0, frame1, t: times(0.5, 2), frameT: frame0 });
      for (const list of [out.flows, out.masks, out.merged]) expect(list).toHaveLength(3);
      expect(out.flows[0]!.shape).toEqual([2, 32, 48, 4]);
      expect(out.masks[1]!.shape).toEqual([2, 32, 48, 1]);
      expect(out.flowTeacher.shape).toEqual([2, 32, 48, 4]);
      for (const picture of [...out.merged, out.frame, out.residual, out.mergedTeacher]) {
        expect(picture.shape).toEqual([2, 32, 48, 3]);
      }
      expect(out.context0.map(({ shape }) => shape)).toEqual([
        [2, 16, 24, 2],
        [2, 8, 12, 4],
        [2, 4, 6, 8],
        [2, 2, 3, 16],
      ]);
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('sees the time only where the network is for any', () => {
    const [frame0, frame1] = frames(32, 32);
    const differs = (anyTime: boolean): boolean => {
      const network = createRife({ ...tiny, anyTime });
      const weights = freshWeights(network);
      const made = [0.25, 0.5].map((t) => network.forward(weights, { frame0, frame1, t: times(t) }).frame.dataSync());
      return made[0]!.some((value, i) => value !== made[1]![i]);
    };
    expect([differs(true), differs(false)]).toEqual([true, false]);
    expect(createRife({ ...tiny, anyTime: false }).times).toEqual([0.5]);
  });

  it('names what does not fit', () => {
    const network = createRife(tiny);
    const weights = freshWeights(network);
    const [frame0, frame1] = frames(24, 32);
    const run = (inputs: object): unknown => network.forward(weights, { frame0, frame1, t: times(), ...inputs });
    expect(() => run({})).toThrow(
      'rife frame0: expected height and width that are multiples of 16, found [1, 24, 32, 3]',
    );
    expect(() => run({ frame0: frame1, scale: 0.25 })).toThrow('multiples of 64');
    expect(() => run({ scale: 5 })).toThrow(ConfigError);
    expect(() => run({ frame1: frames(32, 32)[0] })).toThrow('rife frame1: expected [1, 24, 32, 3] as frame0');
    expect(() => run({ t: tf.scalar(0.5) })).toThrow('rife t: expected [1, 1, 1, 1], found []');
    expect(() => run({ frame0: tf.zeros([1, 16, 16, 1]) })).toThrow(ShapeError);
  });
});

describe.each(['rife', 'rife_m'] as const)('%s against the official code, compiled', (id) => {
  const network = createRife(id);
  const label = id === 'rife' ? 't050' : 't025';
  let weights: Map<string, HostTensor>;
  let stored: Map<string, HostTensor>;

  beforeAll(async () => {
    const needed = new Set(network.parameters.map(({ key }) => key));
    weights = oracleWeights((await rulesOf(id)).filter(({ key }) => needed.has(key)));
    stored = await readFixture(new URL('tensors.safetensors', folder(id)));
  });

  const inputs = () => ({
    frame0: toChannelsLast(stored.get('in.img0')!),
    frame1: toChannelsLast(stored.get('in.img1')!),
    target: toChannelsLast(stored.get('in.target')!),
    t: { data: Float32Array.of(id === 'rife' ? 0.5 : 0.25), shape: [1, 1, 1, 1], dtype: 'float32' as const },
  });

  const errors = async (fn: TensorFunction): Promise<[string, number][]> => {
    const compiled = await compile(fn, inputs(), { weights });
    const outputs = await compiled.run(inputs());
    await compiled.dispose();
    return Object.entries(outputs).map(([name, actual]) => {
      const full = actual.shape.length === 4 ? toChannelsFirst(actual) : actual;
      return [name, relativeL2ToStored(full, stored.get(`${label}.${name}`)!)];
    });
  };

  it('interpolates the same frames', async () => {
    const found = await errors(({ frame0, frame1, t }, tensors) => {
      const given = { frame0: frame0!, frame1: frame1!, t: t! };
      const out = network.forward(tensors, given);
      return {
        'out.frame': out.frame,
        'mid.flow2': out.flows[2]!,
        'mid.mask': out.masks[2]!,
        'mid.merged1': out.merged[1]!,
        'mid.context1_3': out.context1[3]!,
        'out.frame.scale050': network.forward(tensors, { ...given, scale: 0.5 }).frame,
        'out.frame.scale200': network.forward(tensors, { ...given, scale: 2 }).frame,
      };
    });
    for (const [name, error] of found) expect(error, name).toBeLessThan(1e-5);
  });

  // One of the two is enough: they differ in what the blocks see.
  it.runIf(id === 'rife')('has the same gradients of the frames', async () => {
    const found = await errors(({ frame0, frame1, t, target }, tensors) => {
      const { value, grads } = tf.valueAndGrads((first: tf.Tensor, second: tf.Tensor) => {
        const { frame } = network.forward(tensors, { frame0: first, frame1: second, t: t! });
        return tf.mean(tf.square(tf.sub(frame, target!)));
      })([frame0!, frame1!]);
      return { loss: value, 'grad.img0': grads[0]!, 'grad.img1': grads[1]! };
    });
    for (const [name, error] of found) expect(error, name).toBeLessThan(1e-4);
  });
});
