import { fileURLToPath } from 'node:url';
import type { HostTensor, WeightMap } from '@vosvfi/core';
import { compile, type TensorFunction } from '@vosvfi/runtime';
import type * as tf from '@vosvfi/runtime/tf';
import {
  crop,
  oracleTensor,
  oracleWeights,
  readFixture,
  readParameterRules,
  relativeL2,
  toChannelsFirst,
  toChannelsLast,
} from '@vosvfi/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { createStcn } from './index.js';

const fixtures = new URL('../../test/fixtures/', import.meta.url);
const tolerance = 1e-5;
const network = createStcn('stcn');

let stored: ReadonlyMap<string, HostTensor>;
let weights: WeightMap;
let keys: readonly (readonly [string, readonly number[]])[];

beforeAll(async () => {
  const rules = await readParameterRules(fileURLToPath(new URL('stcn.params.json', fixtures)));
  keys = rules.map(({ key, shape }) => [key, shape] as const);
  weights = oracleWeights(rules);
  stored = await readFixture(new URL('stcn.safetensors', fixtures));
});

/** Error of a result [B, H, W, C] against the stored first channels [B, C', (1,) H, W]. */
function errorOf(name: string, actual: HostTensor): number {
  const expected = stored.get(name)!;
  const channels = expected.shape[1]!;
  const first = crop(toChannelsFirst(actual), [
    [0, Infinity],
    [0, channels],
    [0, Infinity],
    [0, Infinity],
  ]);
  return relativeL2(first.data, expected.data);
}

function weightsOf(...modules: string[]): WeightMap {
  return new Map([...weights].filter(([key]) => modules.some((module) => key.startsWith(`${module}.`))));
}

async function run(fn: TensorFunction, inputs: Record<string, HostTensor>, used: WeightMap) {
  const signature = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, { shape }]));
  const compiled = await compile(fn, signature, { weights: used });
  try {
    return await compiled.run(inputs);
  } finally {
    await compiled.dispose();
  }
}

function image(): HostTensor {
  const { data, shape } = stored.get('in.rgb')!;
  return toChannelsLast({ data, shape: shape.slice(1), dtype: 'float32' });
}

/** Stored [2, 1, H, W] as [1, H, W, 2]. */
function masks(): HostTensor {
  const { data, shape } = stored.get('in.masks')!;
  return toChannelsLast({ data: Float32Array.from(data), shape: [1, 2, ...shape.slice(2)], dtype: 'float32' });
}

describe('the official network', () => {
  it('has the keys, shapes and order of the state dict', () => {
    expect(network.parameters.map(({ key, shape }) => [key, shape])).toEqual(keys);
  });

  it('encodes frames, and frames with two objects', async () => {
    const outputs = await run(
      (inputs, given): Record<string, tf.Tensor> => {
        const key = network.encodeKey(given, inputs.image as tf.Tensor4D);
        const value = network.encodeValue(given, inputs.image as tf.Tensor4D, key.f16, inputs.masks as tf.Tensor4D);
        return { k16: key.k16, f16_thin: key.f16Thin, f8: key.f8, f4: key.f4, value };
      },
      { image: image(), masks: masks() },
      weightsOf('key_encoder', 'key_proj', 'key_comp', 'value_encoder'),
    );
    for (const name of ['k16', 'f16_thin', 'f8', 'f4']) {
      expect(errorOf(`key.${name}`, outputs[name]!), name).toBeLessThan(tolerance);
    }
    expect(errorOf('value.two_objects', outputs.value!)).toBeLessThan(tolerance);
  });

  it('decodes', async () => {
    const feature = (name: string, shape: number[], center: number, amplitude: number): HostTensor =>
      toChannelsLast(oracleTensor(`fixture.decoder.${name}`, shape, center, amplitude));
    const joined = oracleTensor('fixture.decoder.f16', [1, 1024, 4, 6], 0, 1.5);
    const half = (index: number): HostTensor =>
      toChannelsLast({
        data: joined.data.subarray(index * 512 * 24, (index + 1) * 512 * 24),
        shape: [1, 512, 4, 6],
        dtype: 'float32',
      });
    const inputs = {
      reading: half(0),
      f16Thin: half(1),
      f8: feature('f8', [1, 512, 8, 12], 0.4, 0.8),
      f4: feature('f4', [1, 256, 16, 24], 0.4, 0.8),
    };
    const { logits } = await run(
      ({ reading, f16Thin, f8, f4 }, given): Record<string, tf.Tensor> => ({
        logits: network.decode(given, reading as tf.Tensor4D, {
          f16Thin: f16Thin as tf.Tensor4D,
          f8: f8 as tf.Tensor4D,
          f4: f4 as tf.Tensor4D,
        }),
      }),
      inputs,
      weightsOf('decoder'),
    );
    expect(errorOf('decoder.logits', logits!)).toBeLessThan(tolerance);
  });
});
