import { fileURLToPath } from 'node:url';
import { type HostTensor, hostTensor, sizeOf, type WeightMap } from '@vosvfi/core';
import { compile, type TensorFunction } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import {
  oracleWeights,
  type ParameterRule,
  readFixture,
  readParameterRules,
  relativeL2,
  relativeL2ToStored,
  toChannelsFirst,
  toChannelsLast,
} from '@vosvfi/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ColorizerOptions, colorize, createMast, reconstructionLoss, subsample } from './index.js';
import { resizeBilinear } from '@vosvfi/ops';

const fixtures = new URL('../../test/fixtures/', import.meta.url);
const network = createMast();
const classes = 7;

let stored: ReadonlyMap<string, HostTensor>;
let weights: WeightMap;
let rules: readonly ParameterRule[];

beforeAll(async () => {
  rules = await readParameterRules(fileURLToPath(new URL('mast.params.json', fixtures)));
  weights = oracleWeights(rules);
  stored = await readFixture(new URL('mast.safetensors', fixtures));
});

/** Plane `index` of a stored [N, C, H, W] as [1, H, W, C]. */
function plane(name: string, index: number): HostTensor {
  const { data, shape } = stored.get(name)!;
  const size = data.length / shape[0]!;
  const part = Float32Array.from(data.subarray(index * size, (index + 1) * size));
  return toChannelsLast({ data: part, shape: [1, ...shape.slice(1)], dtype: 'float32' });
}

function labels(index: number): HostTensor {
  const { data, shape } = plane('in.annotations', index);
  const planes = Float32Array.from({ length: data.length * classes }, (_, i) =>
    data[Math.floor(i / classes)] === i % classes ? 1 : 0,
  );
  return hostTensor(planes, [...shape.slice(0, 3), classes]);
}

/** Channels a and b. */
function colours({ data, shape }: HostTensor): HostTensor {
  const ab = Float32Array.from({ length: (data.length / 3) * 2 }, (_, i) => data[Math.floor(i / 2) * 3 + 1 + (i % 2)]!);
  return hostTensor(ab, [...shape.slice(0, 3), 2]);
}

function named(tensors: readonly HostTensor[], name: string): Record<string, HostTensor> {
  return Object.fromEntries(tensors.map((tensor, i) => [`${name}${i}`, tensor]));
}

async function run(fn: TensorFunction, inputs: Record<string, HostTensor>): Promise<Record<string, HostTensor>> {
  const signature = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, { shape }]));
  const compiled = await compile(fn, signature, { weights });
  try {
    return await compiled.run(inputs);
  } finally {
    await compiled.dispose();
  }
}

/** Values of the last of the frames, copied from the others. */
function copied(
  inputs: Readonly<Record<string, tf.Tensor>>,
  given: ReadonlyMap<string, tf.Tensor>,
  ages: readonly number[],
  options: ColorizerOptions,
) {
  const encode = (index: number) => network.encode(given, inputs[`frame${index}`] as tf.Tensor4D);
  const references = ages.map((age, i) => ({
    features: encode(i),
    values: subsample(inputs[`values${i}`] as tf.Tensor4D),
    age,
  }));
  return colorize(encode(ages.length), references, options);
}

function errorOf(name: string, actual: HostTensor): number {
  return relativeL2(toChannelsFirst(actual).data, stored.get(name)!.data);
}

describe('the official MAST', () => {
  it('has the keys, shapes and order of the state dict, and 5,291,648 parameters', () => {
    expect(network.parameters.map(({ key, shape }) => [key, shape])).toEqual(rules.map(({ key, shape }) => [key, shape]));
    const trained = network.parameters.filter(({ trainable }) => trainable !== false);
    expect(trained.reduce((sum, { shape }) => sum + sizeOf(shape), 0)).toBe(5_291_648);
  });

  it('copies labels from references that are near', async () => {
    const inputs = { ...named([0, 1, 2, 3].map((i) => plane('in.lab', i)), 'frame'), ...named([0, 1, 2].map(labels), 'values') };
    const { features, out } = await run(
      (given, all): Record<string, tf.Tensor> => ({
        features: network.encode(all, given.frame0 as tf.Tensor4D),
        out: copied(given, all, [3, 2, 1], {}).values,
      }),
      inputs,
    );
    expect(errorOf('mid.feature_frame0', features!)).toBeLessThan(1e-5);
    expect(errorOf('short.out', out!)).toBeLessThan(5e-5);
  });

  it('searches references from long ago, with the official offsets of values and with their own', async () => {
    const inputs = {
      ...named([0, 1, 2, 3, 4].map((i) => plane('in.lab', i)), 'frame'),
      ...named([0, 1, 2, 3].map(labels), 'values'),
      target: toChannelsLast(stored.get('in.target')!),
    };
    const ages = [40, 20, 4, 2];
    const outputs = await run(({ target, ...given }, all): Record<string, tf.Tensor> => {
      const official = copied(given, all, ages, { offsets: 'last' });
      const gradients = tf.grads((first: tf.Tensor, query: tf.Tensor) => {
        const { values } = copied({ ...given, frame0: first, frame4: query }, all, ages, { offsets: 'last' });
        return tf.mean(tf.squaredDifference(values, target!));
      })([given.frame0!, given.frame4!]);
      return {
        out: official.values,
        offset0: official.offsets[0]!,
        offset1: official.offsets[1]!,
        newer: copied(given, all, ages, { offsets: 'last', alignCorners: false }).values,
        own: copied(given, all, ages, {}).values,
        gradFirst: gradients[0]!,
        gradQuery: gradients[1]!,
      };
    }, inputs);
    expect(errorOf('long.out', outputs.out!)).toBeLessThan(1e-4);
    expect(errorOf('long_align_false.out', outputs.newer!)).toBeLessThan(1e-4);
    for (const i of [0, 1]) {
      expect(relativeL2(outputs[`offset${i}`]!.data, stored.get(`long.offset_ref${i}`)!.data)).toBeLessThan(5e-5);
    }
    // Ten times the reference's own rounding, 4e-5 and 8e-5.
    expect(errorOf('long.grad.ref0', outputs.gradFirst!)).toBeLessThan(4e-4);
    expect(errorOf('long.grad.query', outputs.gradQuery!)).toBeLessThan(8e-4);
    // With its own offset, what is copied from the first reference is something else.
    expect(errorOf('long.out', outputs.own!)).toBeGreaterThan(1e-3);
  });

  it('reconstructs colours, with gradients by the query and the weights', async () => {
    const frames = [0, 1, 2].map((i) => plane('in.lab', i));
    const inputs = { ...named(frames, 'frame'), ...named(frames.map(colours), 'values') };
    const outputs = await run((given, all): Record<string, tf.Tensor> => {
      const { value, grads } = tf.valueAndGrads((query: tf.Tensor, weight: tf.Tensor) => {
        const changed = new Map([...all, ['post_convolution.weight', weight] as const]);
        const { values } = copied({ ...given, frame2: query }, changed, [4, 2], { radius: 6 });
        return reconstructionLoss(resizeBilinear(values, [48, 160]), given.values2!);
      })([given.frame2!, all.get('post_convolution.weight')!]);
      return { loss: value, gradQuery: grads[0]!, gradWeight: grads[1]! };
    }, inputs);
    expect(relativeL2ToStored(outputs.loss!, stored.get('train_R6.loss')!)).toBeLessThan(1e-5);
    expect(errorOf('train_R6.grad.query', outputs.gradQuery!)).toBeLessThan(1e-4);
    const stage = stored.get('train_R6.grad.param.post_convolution.weight')!;
    expect(relativeL2ToStored(outputs.gradWeight!, stage)).toBeLessThan(1e-4);
  });
});
