import { fileURLToPath } from 'node:url';
import { ConfigError, createRandom, type HostTensor, ShapeError, sizeOf } from '@vosvfi/core';
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
import { createIfrnet, type IfrnetConfig, type IfrnetNetwork } from './index.js';

const fixtures = new URL('../../test/fixtures/', import.meta.url);
const rulesFile = fileURLToPath(new URL('ifrnet-s.params.json', fixtures));
const tiny: IfrnetConfig = { pyramid: [4, 5, 6, 7], side: 3, firstKernel: 3 };

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function toTensors(weights: ReadonlyMap<string, HostTensor>): Map<string, tf.Tensor> {
  return new Map([...weights].map(([key, { data, shape }]) => [key, tf.tensor(data, [...shape])]));
}

function freshWeights(network: IfrnetNetwork): TensorWeights {
  return toTensors(initializeWeights(network.parameters, createRandom(1)));
}

function frames(height: number, width: number, batch = 1): [tf.Tensor, tf.Tensor] {
  const random = createRandom(3);
  const frame = (): tf.Tensor => {
    const data = Float32Array.from({ length: batch * height * width * 3 }, () => random.uniform());
    return tf.tensor4d(data, [batch, height, width, 3]);
  };
  return [frame(), frame()];
}

function half(batch = 1): tf.Tensor {
  return tf.fill([batch, 1, 1, 1], 0.5);
}

describe('parameters', () => {
  it('have the keys, shapes and order of the official state dict', async () => {
    const rules = await readParameterRules(rulesFile);
    const { parameters } = createIfrnet('ifrnet_s');
    expect(parameters.map(({ key, shape }) => [key, shape])).toEqual(rules.map(({ key, shape }) => [key, shape]));
  });

  it.each([
    ['ifrnet_s', 2_803_610],
    ['ifrnet', 4_959_692],
    ['ifrnet_l', 19_699_460],
  ] as const)('of %s number %i', (id, count) => {
    const { parameters } = createIfrnet(id);
    expect(parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0)).toBe(count);
  });

  it('can start so that layers keep the variance of what passes them', () => {
    const weights = initializeWeights(createIfrnet('ifrnet_s', undefined, 'he').parameters, createRandom(1));
    const deviation = (key: string): number => {
      const values = Array.from(weights.get(key)!.data);
      return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    };
    const expected = (fanIn: number): number => Math.sqrt(2 / ((1 + 0.25 ** 2) * fanIn));
    for (const [key, deviationExpected] of [
      ['encoder.pyramid4.1.0.weight', expected(72 * 9)],
      ['decoder3.convblock.1.conv2.0.weight', expected(24 * 9)],
      ['decoder3.convblock.1.conv5.weight', 0.5 * expected(162 * 9)],
      ['decoder3.convblock.2.weight', 0.3 / Math.sqrt(162 * 4)],
    ] as const) {
      expect(Math.abs(deviation(key) / deviationExpected - 1), key).toBeLessThan(0.03);
    }
    expect(deviation('decoder3.convblock.2.bias')).toBe(0);
  });

  it('start as in PyTorch', () => {
    const weights = initializeWeights(createIfrnet(tiny).parameters, createRandom(1));
    const bound = (key: string): number => Math.max(...Array.from(weights.get(key)!.data, Math.abs));
    expect([...weights.get('decoder2.convblock.1.prelu.weight')!.data]).toEqual(new Array(15).fill(0.25));
    for (const [key, fanIn] of [
      ['encoder.pyramid2.0.0.weight', 4 * 9],
      ['encoder.pyramid2.0.0.bias', 4 * 9],
      ['decoder4.convblock.2.weight', 10 * 16],
    ] as const) {
      expect(bound(key)).toBeLessThanOrEqual(1 / Math.sqrt(fanIn));
      expect(bound(key)).toBeGreaterThan(0.5 / Math.sqrt(fanIn));
    }
  });
});

describe('configuration', () => {
  it.each([
    [{ pyramid: [4, 5, 6], side: 3 }, 'ifrnet.pyramid'],
    [{ pyramid: [4, 5, 6, 7], side: 12 }, 'ifrnet.side: expected fewer than the narrowest decoder'],
    [{ pyramid: [4, 5, 6, 7], side: 3, firstKernel: 4 }, 'ifrnet.firstKernel: expected an odd number'],
    [{ pyramid: [4, 5, 6, 7], side: 3, depth: 2 }, 'depth'],
  ])('%o is refused', (config, message) => {
    expect(() => createIfrnet(config as unknown as IfrnetConfig)).toThrow(ConfigError);
    expect(() => createIfrnet(config as unknown as IfrnetConfig)).toThrow(message);
  });
});

describe('forward', () => {
  it('gives a record of every level, finest first, and frees the rest', () => {
    const network = createIfrnet({ ...tiny, firstKernel: 5 });
    const weights = freshWeights(network);
    const [frame0, frame1] = frames(32, 48, 2);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const out = network.forwardTraining(weights, { frame0, frame1, t: half(2), frameT: frame0 });
      expect(out.frame.shape).toEqual([2, 32, 48, 3]);
      expect(out.mask.shape).toEqual([2, 32, 48, 1]);
      expect(out.residual.shape).toEqual([2, 32, 48, 3]);
      expect(out.flowsT0.map(({ shape }) => shape)).toEqual([
        [2, 32, 48, 2],
        [2, 16, 24, 2],
        [2, 8, 12, 2],
        [2, 4, 6, 2],
      ]);
      expect(out.features.map(({ shape }) => shape[3])).toEqual([4, 5, 6]);
      expect(out.targetFeatures.map(({ shape }) => shape)).toEqual(out.encoded0.map(({ shape }) => shape));
      // The true frame was frame 0, seen by the same encoder.
      expect(out.targetFeatures[3]!.dataSync()).toEqual(out.encoded0[3]!.dataSync());
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('names what does not fit', () => {
    const network = createIfrnet(tiny);
    const weights = freshWeights(network);
    const [frame0, frame1] = frames(24, 32);
    const run = (inputs: object): unknown => network.forward(weights, { frame0, frame1, t: half(), ...inputs });
    expect(() => run({})).toThrow(
      'ifrnet frame0: expected height and width that are multiples of 16, found [1, 24, 32, 3]',
    );
    expect(() => run({ scale: 2 })).toThrow(ConfigError);
    expect(() => run({ frame1: frames(32, 32)[0] })).toThrow('ifrnet frame1: expected [1, 24, 32, 3] as frame0');
    expect(() => run({ t: tf.scalar(0.5) })).toThrow('ifrnet t: expected [1, 1, 1, 1], found []');
    expect(() => run({ frame0: tf.zeros([1, 16, 16, 1]) })).toThrow(ShapeError);
  });
});

describe('IFRNet_S against the official code, compiled', () => {
  const network = createIfrnet('ifrnet_s');
  let weights: Map<string, HostTensor>;
  let stored: Map<string, HostTensor>;

  beforeAll(async () => {
    weights = oracleWeights(await readParameterRules(rulesFile));
    stored = await readFixture(new URL('ifrnet-s.safetensors', fixtures));
  });

  const inputs = () => ({
    frame0: toChannelsLast(stored.get('in.img0')!),
    frame1: toChannelsLast(stored.get('in.img1')!),
    target: toChannelsLast(stored.get('in.target')!),
    t: stored.get('t050.in.embt')!,
    quarter: stored.get('t025.in.embt')!,
  });

  const run = async (fn: TensorFunction): Promise<Record<string, HostTensor>> => {
    const compiled = await compile(fn, inputs(), { weights });
    const outputs = await compiled.run(inputs());
    await compiled.dispose();
    return outputs;
  };

  /** Relative error of a result to the part of it that is stored under the same name. */
  const error = (outputs: Record<string, HostTensor>, name: string): number => {
    const actual = outputs[name]!;
    const full = actual.shape.length === 4 && !name.includes('.param.') ? toChannelsFirst(actual) : actual;
    return relativeL2ToStored(full, stored.get(name)!);
  };

  it('interpolates the same frames', async () => {
    const outputs = await run(({ frame0, frame1, t, quarter }, tensors) => {
      const pair = { frame0: frame0!, frame1: frame1! };
      const out = network.forward(tensors, { ...pair, t: t! });
      return {
        't050.out.imgt_pred': out.frame,
        't050.mid.flow_t0_full': out.flowT0,
        't050.mid.decoder4': out.decoded[3]!,
        't025.out.imgt_pred': network.forward(tensors, { ...pair, t: quarter! }).frame,
        't050.out.imgt_pred.scale050': network.forward(tensors, { ...pair, t: t!, scale: 0.5 }).frame,
      };
    });
    for (const name of Object.keys(outputs)) expect(error(outputs, name), name).toBeLessThan(1e-5);
  });

  it('has the same gradients', async () => {
    const keys = ['encoder.pyramid1.0.0.weight', 'decoder2.convblock.1.conv4.0.weight', 'decoder1.convblock.2.weight'];
    const outputs = await run(({ frame0, frame1, t, target }, tensors) => {
      const { value, grads } = tf.valueAndGrads((first: tf.Tensor, time: tf.Tensor, ...chosen: tf.Tensor[]) => {
        const mixed = new Map([...tensors, ...keys.map((key, index) => [key, chosen[index]!] as const)]);
        const { frame } = network.forward(mixed, { frame0: first, frame1: frame1!, t: time });
        return tf.mean(tf.square(tf.sub(frame, target!)));
      })([frame0!, t!, ...keys.map((key) => tensors.get(key)!)]);
      return {
        't050.loss': value,
        't050.grad.img0': grads[0]!,
        't050.grad.embt': grads[1]!,
        ...Object.fromEntries(keys.map((key, index) => [`t050.grad.param.${key}`, grads[index + 2]!])),
      };
    });
    for (const name of Object.keys(outputs)) expect(error(outputs, name), name).toBeLessThan(1e-4);
  });
});
