import { createRandom, type HostTensor, hostTensor } from '@vosvfi/core';
import { compile, type EngineId, type TensorFunction } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { describe, expect, it } from 'vitest';
import { conv2d } from './conv2d.js';
import { recompute } from './recompute.js';

const random = createRandom(3);
const noise = (shape: number[]): HostTensor =>
  hostTensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform(-1, 1)),
    shape,
  );
const inputs = { x: noise([2, 6, 5, 4]), first: noise([4, 4, 3, 3]), second: noise([4, 4, 3, 3]) };
const signature = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, { shape }]));

/** Two blocks of two convolutions; the second block's input is a result of the first one's. */
function gradients(isRecomputed: boolean): TensorFunction {
  return ({ x, first, second }) => {
    const block = (given: readonly tf.Tensor[], weights: ReadonlyMap<string, tf.Tensor>): tf.Tensor => {
      const inner = tf.sigmoid(conv2d(given[0]!, weights.get('first')!, undefined, { padding: 1 }));
      return tf.tanh(conv2d(inner, weights.get('second')!, undefined, { padding: 1 }));
    };
    const loss = (x: tf.Tensor, first: tf.Tensor, second: tf.Tensor): tf.Scalar => {
      const weights = new Map([
        ['first', first],
        ['second', second],
        ['unused', tf.ones([2])],
      ]);
      const apply = (y: tf.Tensor) => (isRecomputed ? recompute(block, [y], weights) : block([y], weights));
      return tf.sum(tf.square(apply(tf.relu(apply(x)))));
    };
    const { value, grads } = tf.valueAndGrads(loss as never)([x!, first!, second!]);
    return { value, dx: grads[0]!, dFirst: grads[1]!, dSecond: grads[2]! };
  };
}

describe('recompute', () => {
  it.each(['cpu', 'graph'] as EngineId[])('gives the same values and gradients on %s', async (engine) => {
    const plain = await compile(gradients(false), signature, { engine });
    const saving = await compile(gradients(true), signature, { engine });
    const [expected, actual] = [await plain.run(inputs), await saving.run(inputs)];
    for (const [name, { data }] of Object.entries(expected)) {
      data.forEach((value, i) => {
        expect(Math.abs((actual[name]?.data[i] as number) - value), `${name} ${i}`).toBeLessThan(1e-5);
      });
    }
    await plain.dispose();
    await saving.dispose();
  });

  it('really computes again in a compiled graph, behind the gradient', async () => {
    const compiled = await Promise.all([false, true].map((on) => compile(gradients(on), signature)));
    const [plain, saving] = compiled.map(({ facts }) => facts.nodes) as [number, number];
    // Two blocks of two convolutions and activations, and what delays them.
    expect(saving).toBeGreaterThan(plain + 8);
    for (const each of compiled) await each.dispose();
  });
});
