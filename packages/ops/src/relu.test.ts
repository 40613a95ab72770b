import * as tf from '@vosvfi/runtime/tf';
import { beforeAll, describe, expect, it } from 'vitest';
import { distance, randomTensor } from '../test/check-gradient.js';
import { expectSameOnEngines } from '../test/engines.js';
import { relu } from './relu.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('relu', () => {
  it('is that of tfjs, with the same gradient', () => {
    const x = tf.concat([randomTensor([2, 3, 4, 5], 1), tf.zeros([2, 3, 4, 1])], 3);
    const weights = randomTensor(x.shape, 2);
    const gradient = (of: (x: tf.Tensor) => tf.Tensor) => tf.grad((at) => tf.sum(tf.mul(of(at), weights)))(x);
    expect(distance(relu(x), tf.relu(x))).toBe(0);
    expect(distance(gradient(relu), gradient(tf.relu))).toBe(0);
  });

  it('gives the same on the graph engine', async () => {
    await expectSameOnEngines((x) => relu(x!), [randomTensor([1, 4, 5, 8], 3)], 1e-6);
  });
});
