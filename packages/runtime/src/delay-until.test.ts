import { hostTensor } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import { delayUntil } from './delay-until.js';
import type { TensorFunction } from './engine.js';
import { optimize } from './passes/optimize.js';
import * as tf from './tf.js';
import { trace } from './trace/trace.js';

const signature = { x: { shape: [1, 4, 5, 3] }, late: { shape: [1, 4, 5, 3] } };
const inputs = {
  x: hostTensor(
    Float32Array.from({ length: 60 }, (_, i) => i / 7 - 4),
    [1, 4, 5, 3],
  ),
  late: hostTensor(new Float32Array(60).fill(Number.NaN), [1, 4, 5, 3]),
};
const squares: TensorFunction = ({ x, late }) => {
  const ready = tf.exp(late!);
  return {
    now: tf.square(x!),
    later: tf.square(delayUntil(x!, ready)),
    last: tf.square(delayUntil(x!, tf.sum(ready))),
  };
};

describe('delayUntil', () => {
  it.each(['graph', 'cpu'] as const)('keeps the values on %s, even behind NaN', async (engine) => {
    const compiled = await compile(squares, signature, { engine });
    const { now, later, last } = await compiled.run(inputs);
    expect(later?.data).toEqual(now?.data);
    expect(last?.data).toEqual(now?.data);
    await compiled.dispose();
  });

  it('makes another value, behind the one that it waits for', () => {
    const graph = optimize(trace(squares, signature));
    const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
    const behind = (value: string): string[] => {
      const node = producers.get(value);
      return node === undefined ? [] : [node.opType, ...node.inputs.flatMap(behind)];
    };
    const operators = Object.fromEntries(graph.outputs.map(({ name, value }) => [name, behind(value)]));
    expect(operators.now).toEqual(['Mul']);
    expect(operators.later).toContain('Exp');
    expect(operators.later).not.toContain('ReduceSum');
    expect(operators.last).toContain('ReduceSum');
    expect(graph.nodes.some(({ opType }) => opType === 'Fence')).toBe(false);
  });
});
