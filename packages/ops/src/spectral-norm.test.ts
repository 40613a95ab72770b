import { ConfigError, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { beforeAll, describe, expect, it } from 'vitest';
import { distance, randomTensor } from '../test/check-gradient.js';
import { expectSameOnGraph } from '../test/run-both.js';
import { spectralNorm } from './spectral-norm.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('spectralNorm', () => {
  it('finds the largest singular value, after which the largest is 1', () => {
    const weight = tf.tensor2d([3, 0, 0, 0, -5, 0], [2, 3]);
    const start = { u: tf.tensor1d([0.8, 0.6]), v: tf.zeros([3]) };
    const result = spectralNorm(weight, start, { iterations: 30 });
    expect(result.sigma.dataSync()[0]).toBeCloseTo(5, 5);
    expect(distance(result.weight, tf.div(weight, 5))).toBeLessThan(1e-6);
    const again = spectralNorm(result.weight, result);
    expect(again.sigma.dataSync()[0]).toBeCloseTo(1, 5);
  });

  it('differentiates the weight and sigma, with the vectors as constants', () => {
    const weight = randomTensor([3, 2, 2, 2], 1);
    const state = { u: randomTensor([3], 2), v: randomTensor([8], 3) };
    const [u, v] = [tf.reshape(state.u, [3, 1]), tf.reshape(state.v, [8, 1])];
    const upstream = randomTensor([3, 2, 2, 2], 4);
    const gradient = tf.grad((w: tf.Tensor) => spectralNorm(w, state, { iterations: 0 }).weight)(weight, upstream);
    // (G - sum(G W / sigma) u v^T) / sigma.
    const sigma = tf.sum(tf.mul(u, tf.matMul(tf.reshape(weight, [3, 8]), v)));
    const along = tf.sum(tf.mul(upstream, tf.div(weight, sigma)));
    const outer = tf.reshape(tf.matMul(u, v, false, true), [3, 2, 2, 2]);
    const expected = tf.div(tf.sub(upstream, tf.mul(along, outer)), sigma);
    expect(distance(gradient, expected)).toBeLessThan(1e-4);
  });

  it('is the same in a compiled graph, gradient included', async () => {
    await expectSameOnGraph(
      ({ w, left, right }) => {
        const { weight, sigma, u, v } = spectralNorm(w!, { u: left!, v: right! }, { iterations: 2, outputAxis: 1 });
        const gradient = tf.grad((x: tf.Tensor) =>
          tf.square(spectralNorm(x, { u: left!, v: right! }, { iterations: 2, outputAxis: 1 }).weight),
        )(w!);
        return { weight, sigma, u, v, gradient };
      },
      { w: randomTensor([4, 3, 2, 2], 1), left: randomTensor([3], 2), right: randomTensor([16], 3) },
    );
  });

  it('names what does not fit', () => {
    const weight = tf.zeros([3, 2, 2, 2]);
    const state = { u: tf.zeros([3]), v: tf.zeros([8]) };
    expect(() => spectralNorm(weight, { ...state, u: tf.zeros([2]) })).toThrow(ShapeError);
    expect(() => spectralNorm(weight, state, { iterations: -1 })).toThrow(ConfigError);
    expect(() => spectralNorm(weight, state, { outputAxis: 4 })).toThrow('spectralNorm outputAxis');
    expect(() => spectralNorm(tf.zeros([3]), state)).toThrow('rank 2 or more');
  });
});
