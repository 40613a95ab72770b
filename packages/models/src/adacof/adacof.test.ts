import { fileURLToPath } from 'node:url';
import { ConfigError, createRandom, type HostTensor, ShapeError, sizeOf } from '@vosvfi/core';
import { compile, initializeWeights, type TensorFunction } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import {
  oracleTensor,
  oracleWeights,
  readFixture,
  readParameterRules,
  relativeL2ToStored,
  toChannelsFirst,
  toChannelsLast,
} from '@vosvfi/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadWeights } from '../weights/index.js';
import { type AdacofConfig, adacofPresets, createAdacof } from './index.js';

const fixtures = new URL('../../test/fixtures/', import.meta.url);
const fixture = (name: string): string => fileURLToPath(new URL(name, fixtures));
const tiny: AdacofConfig = { channels: 1, kernelSize: 2, dilation: 1, gradient: 'exact' };

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function toTensors(weights: ReadonlyMap<string, HostTensor>): Map<string, tf.Tensor> {
  return new Map([...weights].map(([key, { data, shape }]) => [key, tf.tensor(data, [...shape])]));
}

describe('parameters', () => {
  it('have the keys, shapes and order of the official state dict', async () => {
    const rules = await readParameterRules(fixture('adacof.params.json'));
    const { parameters } = createAdacof('adacof');
    expect(parameters.map(({ key, shape }) => [key, shape])).toEqual(rules.map(({ key, shape }) => [key, shape]));
  });

  it.each([
    ['adacof', 21_843_427],
    ['adacof_plus', 22_933_219],
    ['adacof_compressed', 2_452_094],
    ['adacof_plus_compressed', 2_557_214],
  ] as const)('of %s number %i', (id, count) => {
    const { parameters } = createAdacof(id);
    expect(parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0)).toBe(count);
  });

  it('start as in PyTorch', () => {
    const weights = initializeWeights(createAdacof({ ...tiny, channels: 4 }).parameters, createRandom(1));
    for (const [key, fanIn] of [
      ['get_kernel.moduleConv1.0.weight', 6 * 9],
      ['get_kernel.moduleUpsample5.1.bias', 64 * 9],
      ['get_kernel.moduleAlpha2.0.weight', 8 * 9],
    ] as const) {
      const largest = Math.max(...Array.from(weights.get(key)!.data, Math.abs));
      expect(largest, key).toBeLessThanOrEqual(1 / Math.sqrt(fanIn));
      expect(largest, key).toBeGreaterThan(0.8 / Math.sqrt(fanIn));
    }
  });

  it('can start so that layers keep the variance of what passes them', () => {
    const { parameters } = createAdacof({ ...tiny, channels: 8 }, undefined, 'he');
    const weights = initializeWeights(parameters, createRandom(1));
    const deviation = (key: string): number => {
      const values = Array.from(weights.get(key)!.data);
      return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    };
    const key = 'get_kernel.moduleConv4.2.weight';
    expect(Math.abs(deviation(key) / Math.sqrt(2 / (64 * 9)) - 1)).toBeLessThan(0.03);
    expect(deviation('get_kernel.moduleOcclusion.7.weight')).toBeLessThan(0.4 / Math.sqrt(16 * 9));
    expect(deviation('get_kernel.moduleConv4.2.bias')).toBe(0);
  });

  it.each(['zip', 'legacy'])('are read from a training checkpoint of the official code (%s)', async (format) => {
    const { parameters } = createAdacof(tiny);
    const weights = await loadWeights(fixture(`adacof-tiny.${format}.pth`), parameters);
    expect([...weights.keys()]).toEqual(parameters.map(({ key }) => key));
    for (const { key, shape } of parameters) expect(weights.get(key)).toEqual(oracleTensor(key, shape, 0, 0.1));
  });
});

describe('configuration', () => {
  it.each([
    [{ channels: 8, kernelSize: 0 }, 'adacof.kernelSize'],
    [{ channels: 0, kernelSize: 5 }, 'adacof.channels'],
    [{ channels: 8, kernelSize: 5, dilation: 0.5 }, 'adacof.dilation'],
    [{ channels: 8, kernelSize: 5, gradient: 'none' }, 'adacof.gradient'],
    [{ channels: 8, kernelSize: 5, flows: 3 }, 'flows'],
  ])('%o is refused', (config, message) => {
    expect(() => createAdacof(config as unknown as AdacofConfig)).toThrow(ConfigError);
    expect(() => createAdacof(config as unknown as AdacofConfig)).toThrow(message);
  });

  it('names the channel that is out of range', () => {
    const { channels } = adacofPresets.adacof_compressed;
    const config = { ...tiny, channels: { ...channels, decoder: [...channels.decoder.slice(0, 3), [4, 0, 4]] } };
    expect(() => createAdacof(config as unknown as AdacofConfig)).toThrow('adacof.channels.decoder.3.1');
  });
});

describe('forward', () => {
  const network = createAdacof(tiny);
  const weights = toTensors(initializeWeights(network.parameters, createRandom(1)));

  it('gives maps that add up, and frees the rest', () => {
    const [frame0, frame1] = [tf.ones([2, 32, 64, 3]), tf.zeros([2, 32, 64, 3])];
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const out = network.forward(weights, { frame0, frame1 });
      expect(out.frame.shape).toEqual([2, 32, 64, 3]);
      expect(out.maps[1].offsetsX.shape).toEqual([2, 32, 64, 4]);
      expect(out.encoded.map(({ shape }) => shape.slice(1))).toEqual([
        [32, 64, 1],
        [16, 32, 2],
        [8, 16, 4],
        [4, 8, 8],
        [2, 4, 16],
      ]);
      const sums = tf.sum(out.maps[0].weights, 3).dataSync();
      expect(Math.max(...sums.map((sum) => Math.abs(sum - 1)))).toBeLessThan(1e-6);
      // White first, black second: what is left is the first one's share.
      const difference = tf.max(tf.abs(tf.sub(out.frame, out.occlusion)));
      expect(difference.dataSync()[0]).toBeLessThan(1e-6);
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('names what does not fit', () => {
    const frame0 = tf.zeros([1, 32, 32, 3]);
    const run = (inputs: object): unknown => network.forward(weights, { frame0, frame1: frame0, ...inputs });
    expect(() => run({ frame1: tf.zeros([1, 32, 64, 3]) })).toThrow('adacof frame1: expected [1, 32, 32, 3] as frame0');
    expect(() => run({ frame0: tf.zeros([1, 32, 32, 1]) })).toThrow(ShapeError);
    const odd = tf.zeros([1, 48, 32, 3]);
    expect(() => run({ frame0: odd, frame1: odd })).toThrow(
      'adacof frame0: expected height and width that are multiples of 32, found [1, 48, 32, 3]',
    );
  });
});

describe('against the official code, compiled', () => {
  let stored: Map<string, HostTensor>;

  beforeAll(async () => {
    stored = await readFixture(fixture('adacof.safetensors'));
  });

  const inputs = () => ({
    frame0: toChannelsLast(stored.get('in.frame0')!),
    frame1: toChannelsLast(stored.get('in.frame2')!),
    target: toChannelsLast(stored.get('in.target')!),
  });

  const run = async (
    fn: TensorFunction,
    given: Record<string, HostTensor>,
    weights: Map<string, HostTensor>,
  ): Promise<Record<string, HostTensor>> => {
    const compiled = await compile(fn, given, { weights });
    const outputs = await compiled.run(given);
    await compiled.dispose();
    return outputs;
  };

  /** Relative error of a result to the part of it that is stored under `name`. */
  const error = (actual: HostTensor, name: string): number => {
    const full = actual.shape.length === 4 && !name.includes('.param.') ? toChannelsFirst(actual) : actual;
    return relativeL2ToStored(full, stored.get(name)!);
  };

  it('AdaCoF interpolates the same frame and has the exact and the official gradients', async () => {
    const weights = oracleWeights(await readParameterRules(fixture('adacof.params.json')));
    const keys = ['moduleConv1.0', 'moduleAlpha1.7', 'moduleOcclusion.7'].map((name) => `get_kernel.${name}.weight`);
    const outputs = await run(
      ({ frame0, frame1, target }, tensors) => {
        const gradientsOf = (gradient: 'exact' | 'official') =>
          tf.grads((first: tf.Tensor, ...chosen: tf.Tensor[]) => {
            const mixed = new Map([...tensors, ...keys.map((key, index) => [key, chosen[index]!] as const)]);
            const network = createAdacof({ ...adacofPresets.adacof, gradient });
            const { frame } = network.forward(mixed, { frame0: first, frame1: frame1! });
            return tf.mean(tf.square(tf.sub(frame, target!)));
          })([frame0!, ...keys.map((key) => tensors.get(key)!)]);
        const [exact, official] = [gradientsOf('exact'), gradientsOf('official')];
        return {
          'out.frame1': createAdacof('adacof').forward(tensors, { frame0: frame0!, frame1: frame1! }).frame,
          'exact.grad.frame0': exact[0]!,
          'official.grad.frame0': official[0]!,
          ...Object.fromEntries(keys.map((key, index) => [`official.grad.param.${key}`, official[index + 1]!])),
        };
      },
      inputs(),
      weights,
    );
    expect(error(outputs['out.frame1']!, 'out.frame1')).toBeLessThan(1e-6);
    for (const [name, value] of Object.entries(outputs)) expect(error(value, name), name).toBeLessThan(1e-4);
  });
});
