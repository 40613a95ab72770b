import { fileURLToPath } from 'node:url';
import { ConfigError, createRandom, type HostTensor, ShapeError, sizeOf } from '@vosvfi/core';
import { compile, initializeWeights, type TensorFunction } from '@vosvfi/runtime';
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
import { type CdfiConfig, cdfiPresets, createCdfi } from './index.js';

const fixtures = new URL('../../test/fixtures/', import.meta.url);
const rulesFile = fileURLToPath(new URL('cdfi.params.json', fixtures));
const tiny: CdfiConfig = {
  channels: 1,
  features: [1, 2, 1, 1, 2],
  grid: [2, 3, 4],
  kernelSize: 2,
  dilation: 2,
  gradient: 'exact',
};

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function toTensors(weights: ReadonlyMap<string, HostTensor>): Map<string, tf.Tensor> {
  return new Map([...weights].map(([key, { data, shape }]) => [key, tf.tensor(data, [...shape])]));
}

describe('parameters', () => {
  it('have the keys, shapes and order of the official state dict', async () => {
    const rules = await readParameterRules(rulesFile);
    const { parameters } = createCdfi('cdfi');
    expect(parameters.map(({ key, shape }) => [key, shape])).toEqual(rules.map(({ key, shape }) => [key, shape]));
    expect(parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0)).toBe(4_976_718);
  });
});

describe('configuration', () => {
  it.each([
    [{ ...tiny, dilation: 1 }, 'cdfi.kernelSize: expected an odd number, or an even dilation'],
    [{ ...tiny, features: [1, 1, 1, 1] }, 'cdfi.features'],
    [{ ...tiny, grid: [2, 0, 4] }, 'cdfi.grid.1'],
    [{ ...tiny, gradient: 'none' }, 'cdfi.gradient'],
    [{ ...tiny, depth: 2 }, 'depth'],
  ])('%o is refused', (config, message) => {
    expect(() => createCdfi(config as unknown as CdfiConfig)).toThrow(ConfigError);
    expect(() => createCdfi(config as unknown as CdfiConfig)).toThrow(message);
  });

  it('takes a table of all channels', () => {
    const config = { ...cdfiPresets.cdfi, features: [1, 1, 1, 1, 1], kernelSize: 5, dilation: 1 } as CdfiConfig;
    const { parameters, id } = createCdfi(config, 'mine');
    expect(id).toBe('mine');
    const shapeOf = (name: string) => parameters.find(({ key }) => key === name)?.shape;
    expect(shapeOf('get_kernel.moduleWeight2.7.weight')).toEqual([25, 21, 3, 3]);
    expect(shapeOf('context_synthesis.lateral_init.conv.weight')).toEqual([32, 16, 3, 3]);
  });
});

describe('forward', () => {
  const frames = (height: number, width: number): { frame0: tf.Tensor; frame1: tf.Tensor } => {
    const random = createRandom(3);
    const frame = (): tf.Tensor =>
      tf.tensor(
        Float32Array.from({ length: height * width * 3 }, () => random.uniform()),
        [1, height, width, 3],
      );
    return { frame0: frame(), frame1: frame() };
  };

  it('blends the synthesized frame with that of the collaborations, and frees the rest', () => {
    const network = createCdfi(tiny);
    const weights = toTensors(initializeWeights(network.parameters, createRandom(1)));
    const inputs = frames(32, 64);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const out = network.forward(weights, inputs);
      expect(out.frame.shape).toEqual([1, 32, 64, 3]);
      expect(out.sampled.shape).toEqual([1, 32, 64, 20]);
      expect(out.features.map(({ shape }) => shape.slice(1))).toEqual([
        [34, 66, 1],
        [18, 34, 2],
        [10, 18, 1],
        [6, 10, 1],
        [4, 6, 2],
      ]);
      const share = (map: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.add(tf.mul(map, a), tf.mul(tf.sub(1, map), b));
      const merged = share(out.occlusion, out.warped[0], out.warped[1]);
      const expected = share(out.blend, out.synthesized, merged);
      expect(tf.max(tf.abs(tf.sub(out.frame, expected))).dataSync()[0]).toBeLessThan(1e-5);
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('gives the same frame with either gradient; the official one does not reach the features', () => {
    const gradients = (['exact', 'official'] as const).map((gradient) => {
      const network = createCdfi({ ...tiny, gradient });
      const weights = toTensors(initializeWeights(network.parameters, createRandom(1)));
      const key = 'get_kernel.module1by1_2.weight';
      const inputs = frames(32, 32);
      const { value, grad } = tf.valueAndGrad((weight: tf.Tensor) => {
        const { frame } = network.forward(new Map([...weights, [key, weight]]), inputs);
        return tf.sum(frame) as tf.Scalar;
      })(weights.get(key)!);
      return { value: value.dataSync()[0]!, norm: tf.norm(grad).dataSync()[0]! };
    });
    expect(gradients[1]!.value / gradients[0]!.value).toBeCloseTo(1, 5);
    expect(gradients[0]!.norm).toBeGreaterThan(0);
    expect(gradients[1]!.norm).toBe(0);
  });

  it('names what does not fit', () => {
    const network = createCdfi(tiny);
    expect(() => network.forward(new Map(), frames(48, 32))).toThrow(ShapeError);
    expect(() => network.forward(new Map(), frames(48, 32))).toThrow(
      'cdfi frame0: expected height and width that are multiples of 32, found [1, 48, 32, 3]',
    );
  });
});

describe('against the official code, compiled', () => {
  const keys = [
    'get_kernel.moduleBlend.7.weight',
    'context_synthesis.up_1_2.f.4.bias',
    'context_synthesis.lateral_init.conv.bias',
  ];

  it('makes the same frame, the same of everything in it, and the same gradients of the synthesis', async () => {
    const network = createCdfi('cdfi');
    const stored = await readFixture(new URL('cdfi.safetensors', fixtures));
    const given = {
      frame0: toChannelsLast(stored.get('in.frame0')!),
      frame1: toChannelsLast(stored.get('in.frame2')!),
      target: toChannelsLast(stored.get('in.target')!),
    };
    const fn: TensorFunction = ({ frame0, frame1, target }, weights) => {
      const { value, grads } = tf.valueAndGrads((...chosen: tf.Tensor[]) => {
        const mixed = new Map([...weights, ...keys.map((key, index) => [key, chosen[index]!] as const)]);
        const { frame } = network.forward(mixed, { frame0: frame0!, frame1: frame1! });
        return tf.mean(tf.square(tf.sub(frame, target!)));
      })(keys.map((key) => weights.get(key)!));
      const out = network.forward(weights, { frame0: frame0!, frame1: frame1! });
      return {
        'out.frame1': out.frame,
        'mid.blend': out.blend,
        'mid.occlusion': out.occlusion,
        'mid.warp0': out.warped[0],
        'mid.feat5': out.features[4]!,
        'mid.gridnet_out': out.synthesized,
        loss: value,
        ...Object.fromEntries(keys.map((key, index) => [`grad.param.${key}`, grads[index]!])),
      };
    };
    const compiled = await compile(fn, given, { weights: oracleWeights(await readParameterRules(rulesFile)) });
    const outputs = await compiled.run(given);
    await compiled.dispose();
    for (const [name, output] of Object.entries(outputs)) {
      const isPicture = output.shape.length === 4 && !name.startsWith('grad.');
      const error = relativeL2ToStored(isPicture ? toChannelsFirst(output) : output, stored.get(name)!);
      expect(error, name).toBeLessThan(name.startsWith('grad.') ? 1e-4 : 1e-5);
    }
  });
});
