import { createRandom } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { compile } from '../compile.js';
import type { TensorFunction } from '../engine.js';
import { GraphAssembler } from '../graph/builder.js';
import type { Graph } from '../graph/graph.js';
import * as tf from '../tf.js';
import { foldConstants } from './fold-constants.js';
import { removeDeadNodes } from './remove-dead-nodes.js';

function folded(build: (graph: GraphAssembler, x: string) => string): Graph {
  const graph = new GraphAssembler();
  const x = graph.input('x', { shape: [2, 3], dtype: 'float32' });
  return removeDeadNodes(foldConstants(graph.finish([{ name: 'y', value: build(graph, x) }])));
}

function outputOf(graph: Graph) {
  return graph.constants.get(graph.outputs[0]?.value as string);
}

describe('constant folding', () => {
  it('computes what depends on constants alone, rounded as float32', () => {
    const graph = folded((g) => {
      const a = g.float32([0.1, 0.2, 3], [3]);
      return g.node('Sqrt', [g.node('Div', [g.node('Add', [a, g.float32([0.7], [])]), g.float32([3], [1])])]);
    });
    expect(graph.nodes).toHaveLength(0);
    const f = Math.fround;
    const expected = [0.1, 0.2, 3].map((value) => f(Math.sqrt(f(f(f(value) + f(0.7)) / 3))));
    expect([...(outputOf(graph)?.data ?? [])]).toEqual(expected);
  });

  it('joins values that repeat a number only if it is the same one', () => {
    const join = (first: number, second: number) =>
      folded((g, x) => {
        const fill = (value: number) => g.node('Expand', [g.float32([value], []), g.int64([2, 3])]);
        return g.node('Mul', [
          g.node('Concat', [fill(first), fill(second)], { axis: 1 }),
          g.node('Tile', [x, g.int64([1, 2])]),
        ]);
      });
    expect(join(2, 2).nodes.some(({ opType }) => opType === 'Concat')).toBe(false);
    expect(join(2, 3).nodes.some(({ opType }) => opType === 'Concat')).toBe(true);
  });

  it('slices constants forwards, backwards and with negative places, and joins them', () => {
    const graph = folded((g) => {
      const a = g.float32([0, 1, 2, 3, 4, 5], [2, 3]);
      const turned = g.node('Slice', [a, g.int64([2]), g.int64([-(2 ** 31)]), g.int64([1]), g.int64([-1])]);
      const ends = g.node('Slice', [a, g.int64([0, -2]), g.int64([9, 9]), g.int64([0, 1]), g.int64([1, 1])]);
      return g.node('Concat', [turned, ends], { axis: -1 });
    });
    expect(graph.nodes).toHaveLength(0);
    expect(outputOf(graph)?.shape).toEqual([2, 5]);
    expect([...(outputOf(graph)?.data ?? [])]).toEqual([2, 1, 0, 1, 2, 5, 4, 3, 4, 5]);
  });

  it('multiplies with one number instead of a picture of it', () => {
    const graph = folded((g, x) => {
      const ones = g.node('Expand', [g.float32([1], []), g.int64([6])]);
      const halves = g.node('Mul', [g.node('Reshape', [ones, g.int64([2, 3])]), g.float32([0.5], [])]);
      return g.node('Mul', [x, halves]);
    });
    expect(graph.nodes.map(({ opType }) => opType)).toEqual(['Mul']);
    const half = graph.constants.get(graph.nodes[0]?.inputs[1] as string);
    expect([half?.shape, half?.data[0]]).toEqual([[], 0.5]);
  });

  it('joins fillings, of one number as that number', () => {
    const joined = (second: number) =>
      folded((g, x) => {
        const parts = [1, second].map((value) => g.node('Expand', [g.float32([value], []), g.int64([2, 4096])]));
        return g.node('Mul', [g.node('ReduceSum', [x]), g.node('Concat', parts, { axis: 0 })]);
      }).nodes.map(({ opType }) => opType);
    expect(joined(1)).toEqual(['ReduceSum', 'Expand', 'Mul']);
    expect(joined(2)).toEqual(['Expand', 'Expand', 'ReduceSum', 'Concat', 'Mul']);
  });

  it('keeps a filling that gives the result its shape', () => {
    const graph = folded((g) => {
      const row = g.input('row', { shape: [3], dtype: 'float32' });
      return g.node('Mul', [row, g.node('Expand', [g.float32([2], []), g.int64([2, 3])])]);
    });
    expect(graph.nodes.map(({ opType }) => opType)).toEqual(['Expand', 'Mul']);
  });

  it('drops products with one and sums with zero, but nothing whose shape or order matters', () => {
    const same = folded((g, x) => {
      const zeros = g.node('Expand', [g.float32([0], []), g.int64([2, 3])]);
      return g.node('Sub', [g.node('Add', [zeros, g.node('Div', [x, g.float32([1], [])])]), g.float32([0], [])]);
    });
    expect([same.nodes.length, same.outputs[0]?.value]).toEqual([0, same.inputs[0]?.value]);
    const kept = folded((g, x) => g.node('Sub', [g.float32([0], []), g.node('Mul', [x, g.float32([1], [1, 1, 1])])]));
    expect(kept.nodes.map(({ opType }) => opType)).toEqual(['Mul', 'Sub']);
  });

  it('does not store large constants that small ones make', () => {
    const graph = folded((g, x) => {
      const row = g.node('Expand', [g.float32([1, 2], [2]), g.int64([4096, 2])]);
      return g.node('Concat', [g.node('ReduceSum', [row]), g.node('ReduceSum', [x])], { axis: 0 });
    });
    expect(graph.nodes.some(({ opType }) => opType === 'Expand')).toBe(true);
  });

  it('gives the very bits that ONNX Runtime computes', async () => {
    const fn: TensorFunction = () => {
      // Drawn anew at each compilation: the same numbers.
      const random = createRandom(8);
      const noise = (shape: number[]): tf.Tensor =>
        tf.tensor(
          Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform(-2, 2)),
          shape,
        );
      const results: Record<string, tf.Tensor> = {};
      for (let i = 0; i < 20; i++) {
        const [x, row] = [noise([4, 5, 3]), noise([5, 1])];
        const axes = x.shape.map((extent) => {
          const [low, high] = [random.integer(-extent - 2, -2), random.integer(extent - 1, extent + 2)];
          const step = random.integer(1, 2);
          return random.chance(0.5) ? [low, high, step] : [high, low - extent, -step];
        });
        const [begin, end, strides] = [0, 1, 2].map((index) => axes.map((axis) => axis[index] as number));
        results[`window ${i}`] = tf.stridedSlice(x, begin as number[], end as number[], strides as number[]);
        const scale = tf.div(row, tf.sqrt(tf.add(tf.abs(noise([3])), 1e-5)));
        results[`sum ${i}`] = tf.sub(tf.mul(x, scale), tf.concat([tf.neg(row), row, row], 1));
      }
      return results;
    };
    const signature = { unused: { shape: [1] } };
    const inputs = { unused: { data: new Float32Array(1), shape: [1], dtype: 'float32' as const } };
    const folded = await compile(fn, signature);
    expect(folded.facts.nodes).toBe(0);
    const results = await folded.run(inputs);
    await folded.dispose();
    expect(Object.values(results).every(({ data }) => data.length > 0)).toBe(true);
    const computed = await compile(fn, signature, { withoutPasses: ['fold-constants'] });
    expect(await computed.run(inputs)).toEqual(results);
    await computed.dispose();
  });
});
