import { describe, expect, it } from 'vitest';
import { GraphAssembler } from '../graph/builder.js';
import type { Graph } from '../graph/graph.js';
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
});
