import type { HostTensor } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { readFixture, relativeL2ToStored, toChannelsFirst, toChannelsLast } from '@vosvfi/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { adacofObjective, type CollaborationPrediction, totalVariation } from './index.js';

const names = ['frame', 'weight1', 'alpha1', 'beta1', 'weight2', 'alpha2', 'beta2', 'occlusion'] as const;
let stored: Map<string, HostTensor>;

beforeAll(async () => {
  await tf.setBackend('cpu');
  stored = await readFixture(new URL('../test/fixtures/adacof-losses.safetensors', import.meta.url));
});

function input(name: string): tf.Tensor {
  const { data, shape } = toChannelsLast(stored.get(`in.${name}`)!);
  return tf.tensor(data, [...shape]);
}

function error(actual: tf.Tensor, name: string): number {
  const host: HostTensor = { data: actual.dataSync() as Float32Array, shape: actual.shape, dtype: 'float32' };
  return relativeL2ToStored(host.shape.length === 4 ? toChannelsFirst(host) : host, stored.get(name)!);
}

function prediction(given: readonly tf.Tensor[]): CollaborationPrediction {
  const [frame, weight1, alpha1, beta1, weight2, alpha2, beta2, occlusion] = given as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  const maps = [
    { weights: weight1, offsetsY: alpha1, offsetsX: beta1 },
    { weights: weight2, offsetsY: alpha2, offsetsX: beta2 },
  ];
  return { frame, maps, occlusion };
}

describe('adacofObjective', () => {
  it('has the terms and gradients of the official code', () => {
    const given = names.map(input);
    const { total, terms } = adacofObjective(prediction(given), input('target'));
    expect(error(total, 'loss')).toBeLessThan(1e-6);
    expect(error(terms.reconstruction!, 'charbonnier')).toBeLessThan(1e-6);
    expect(error(tf.div(terms.spatial!, 0.01), 'g_Spatial')).toBeLessThan(1e-6);
    expect(error(tf.div(terms.occlusion!, 0.005), 'g_Occlusion')).toBeLessThan(1e-6);
    const gradients = tf.grads((...at: tf.Tensor[]) => adacofObjective(prediction(at), input('target')).total)(given);
    for (const [index, name] of names.entries()) {
      expect(error(gradients[index]!, `grad.${name}`), name).toBeLessThan(1e-5);
    }
  });

  it('takes other weights and a perceptual term', () => {
    const given = names.map(input);
    const loss = (a: tf.Tensor, b: tf.Tensor): tf.Scalar => tf.mean(tf.abs(tf.sub(a, b)));
    const { total, terms } = adacofObjective(prediction(given), input('target'), {
      occlusionWeight: 0,
      spatialWeight: 2,
      perceptual: { weight: 3, loss },
    });
    expect(Object.keys(terms)).toEqual(['reconstruction', 'spatial', 'perceptual']);
    expect(error(tf.div(terms.spatial!, 2), 'g_Spatial')).toBeLessThan(1e-6);
    const sum = Object.values(terms).reduce((a, b) => tf.add(a, b));
    expect(total.dataSync()[0]).toBeCloseTo(sum.dataSync()[0]!, 6);
    expect(terms.perceptual!.dataSync()[0]).toBeCloseTo(3 * loss(given[0]!, input('target')).dataSync()[0]!, 5);
  });
});

describe('totalVariation', () => {
  it('of a slope is its step, of a flat picture the penalty of 0', () => {
    const slope = tf.reshape(tf.range(0, 12), [1, 3, 4, 1]);
    expect(totalVariation(slope).dataSync()[0]).toBeCloseTo(1 + 4, 5);
    expect(totalVariation(tf.ones([2, 3, 4, 1])).dataSync()[0]).toBeCloseTo(0.002, 6);
  });
});
