import { createRandom, type HostTensor, hostTensor } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { compile } from '../compile.js';
import { type PassFact, passNames, type Signature, type TensorFunction } from '../engine.js';
import type { Graph } from '../graph/graph.js';
import * as tf from '../tf.js';
import { trace } from '../trace/trace.js';
import { optimize } from './optimize.js';

const random = createRandom(5);
const noise = (shape: readonly number[]): HostTensor =>
  hostTensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform(-1, 1)),
    [...shape],
  );

const signature = {
  x: { shape: [2, 6, 5, 4] },
  w: { shape: [4, 4, 3, 3] },
  b: { shape: [4] },
  m: { shape: [2, 6, 5, 1] },
};
const inputs = Object.fromEntries(Object.entries(signature).map(([name, { shape }]) => [name, noise(shape)]));

function convolve(x: tf.Tensor, w: tf.Tensor): tf.Tensor4D {
  return tf.conv2d(x as tf.Tensor4D, tf.transpose(w, [2, 3, 1, 0]) as tf.Tensor4D, 1, 1);
}

function count(graph: Graph, opType: string): number {
  return graph.nodes.filter((node) => node.opType === opType).length;
}

async function expectSameAsCpu(fn: TensorFunction, given: Signature = signature): Promise<void> {
  const [graph, cpu] = [await compile(fn, given), await compile(fn, given, { engine: 'cpu' })];
  const [actual, expected] = [await graph.run(inputs), await cpu.run(inputs)];
  for (const [name, { data, shape }] of Object.entries(expected)) {
    expect(actual[name]?.shape, name).toEqual(shape);
    data.forEach((value, i) => {
      expect(Math.abs((actual[name]?.data[i] as number) - value), `${name} ${i}`).toBeLessThan(1e-4);
    });
  }
  await graph.dispose();
  await cpu.dispose();
}

describe('channels first', () => {
  const chain: TensorFunction = ({ x, w, b, m }) => {
    const first = tf.prelu(tf.add(convolve(x as tf.Tensor, w as tf.Tensor), b as tf.Tensor), tf.abs(b as tf.Tensor));
    const [left, right] = tf.split(first, [1, 3], 3) as [tf.Tensor4D, tf.Tensor4D];
    const shifted = tf.slice(
      tf.pad(tf.concat([right, left], 3), [
        [0, 0],
        [1, 0],
        [0, 2],
        [0, 0],
      ]),
      [0, 1, 2, 0],
      [2, 6, 5, 4],
    );
    const gated = tf.where(tf.greater(shifted, 0.1), tf.mul(shifted, m as tf.Tensor), tf.ones([2, 6, 5, 4]));
    const squashed = tf.sub(gated, tf.mean(gated, [1, 2], true));
    return { y: convolve(squashed, w as tf.Tensor) };
  };

  it('transposes once at each border, whatever lies between', async () => {
    // The one-channel mask and the weights, which are OIHW already, need none.
    expect(count(optimize(trace(chain, signature)), 'Transpose')).toBe(2);
    await expectSameAsCpu(chain);
  });

  it('meets one number for each of few channels after the transpose, where ONNX Runtime is fast', async () => {
    const normalized: TensorFunction = ({ x, w }) => ({
      y: convolve(tf.div(tf.sub(tf.mul(x as tf.Tensor, 2), [0.1, 0.2, 0.3, 0.4]), [1, 2, 3, 4]), w as tf.Tensor),
    });
    const order = optimize(trace(normalized, signature)).nodes.map(({ opType }) => opType);
    expect(order).toEqual(['Mul', 'Transpose', 'Sub', 'Div', 'Conv', 'Transpose']);
    await expectSameAsCpu(normalized);
  });

  it('keeps reductions right whose remaining axes would change places', async () => {
    await expectSameAsCpu(({ x, w }) => {
      const y = convolve(x as tf.Tensor, w as tf.Tensor);
      return {
        batch: tf.sum(y, 0),
        channels: tf.sum(y, 3),
        area: tf.mean(y, [1, 2]),
        each: tf.max(y, [0, 1, 2]),
        all: tf.min(y),
        rows: tf.sum(y, [1], true),
        softmax: tf.softmax(y),
        flat: tf.reshape(y, [12, 20]),
        turned: tf.transpose(y, [2, 1, 3, 0]),
        rank2: tf.add(y, tf.reshape(tf.slice(x as tf.Tensor, [0, 0, 0, 0], [1, 1, 5, 4]), [5, 4])),
      };
    });
  });

  it('keeps gradients right', async () => {
    await expectSameAsCpu((given) => {
      const [dx, dw, db] = tf.grads((x, w, b) =>
        tf.sum(tf.square(chain({ ...given, x, w, b } as never, new Map()).y as tf.Tensor)),
      )([given.x as tf.Tensor, given.w as tf.Tensor, given.b as tf.Tensor]) as [tf.Tensor, tf.Tensor, tf.Tensor];
      return { dx, dw: tf.mul(dw, 0.1), db: tf.mul(db, 0.1) };
    });
  });
});

describe('constants', () => {
  it('are transposed and reshaped once, so that ONNX Runtime can pre-pack weights', () => {
    const weights = new Map([['w', noise([4, 4, 3, 3])]]);
    const graph = optimize(
      trace(
        ({ x }, w) => ({
          y: tf.conv2d(x as tf.Tensor4D, tf.transpose(w.get('w') as tf.Tensor, [3, 2, 1, 0]) as tf.Tensor4D, 1, 1),
        }),
        { x: signature.x },
        weights,
      ),
    );
    const convolution = graph.nodes.find(({ opType }) => opType === 'Conv');
    const filter = graph.constants.get(convolution?.inputs[1] as string);
    expect(filter?.shape).toEqual([4, 4, 3, 3]);
    const data = weights.get('w')?.data as Float32Array;
    // [a, b, c, d] became [d, c, b, a] (HWIO), and that [a, b, d, c] (OIHW).
    expect(filter?.data[1 * 36 + 2 * 9 + 1 * 3 + 2]).toBe(data[1 * 36 + 2 * 9 + 2 * 3 + 1]);
  });
});

describe('bias', () => {
  it('goes into the convolution when nobody else reads it unbiased', async () => {
    const fused: TensorFunction = ({ x, w, b }) => ({
      y: tf.add(convolve(x as tf.Tensor, w as tf.Tensor), b as tf.Tensor),
    });
    const graph = optimize(trace(fused, signature));
    expect(count(graph, 'Add')).toBe(0);
    expect(graph.nodes.find(({ opType }) => opType === 'Conv')?.inputs).toHaveLength(3);
    await expectSameAsCpu(fused);

    const shared: TensorFunction = ({ x, w, b }) => {
      const y = convolve(x as tf.Tensor, w as tf.Tensor);
      return { y: tf.mul(tf.add(y, b as tf.Tensor), y) };
    };
    expect(count(optimize(trace(shared, signature)), 'Add')).toBe(1);
    await expectSameAsCpu(shared);
  });
});

describe('passes', () => {
  const network: TensorFunction = ({ x, w, b }) => ({
    y: tf.mul(tf.add(convolve(x as tf.Tensor, w as tf.Tensor), b as tf.Tensor), tf.ones([2, 6, 5, 4])),
  });

  it('tell what they did', () => {
    const traced = trace(network, signature);
    const facts: PassFact[] = [];
    const graph = optimize(traced, { report: (fact) => facts.push(fact) });
    expect(new Set(facts.map(({ pass }) => pass))).toEqual(new Set(passNames));
    expect([facts[0]?.nodesBefore, facts.at(-1)?.nodesAfter]).toEqual([traced.nodes.length, graph.nodes.length]);
    expect(facts.every(({ milliseconds }) => milliseconds >= 0)).toBe(true);
  });

  it.each(passNames)('can be left out: %s', async (name) => {
    const compiled = await Promise.all([
      compile(network, signature),
      compile(network, signature, { withoutPasses: [name] }),
    ]);
    expect(compiled[1].facts.passes.some(({ pass }) => pass === name)).toBe(false);
    const saved = compiled[1].facts.nodes - compiled[0].facts.nodes;
    // This one changes constants, which are no nodes.
    if (name === 'align-scalars') expect(saved).toBe(0);
    else expect(saved).toBeGreaterThan(0);
    const [all, without] = await Promise.all(compiled.map((each) => each.run(inputs)));
    without?.y?.data.forEach((value, i) => {
      expect(Math.abs(value - (all?.y?.data[i] as number)), `${i}`).toBeLessThan(1e-5);
    });
    for (const each of compiled) await each.dispose();
  });
});
