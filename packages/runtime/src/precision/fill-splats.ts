import { sizeOf } from '@vosvfi/core';
import type { Graph, GraphNode } from '../graph/graph.js';
import { GraphCopy } from '../passes/graph-copy.js';
import { removeDeadNodes } from '../passes/remove-dead-nodes.js';

/**
 * Makes biases and slopes whose entries are all the same, which graphs hold as one expanded number, constants like any
 * other, since they are read when weights are quantized.
 */
export function fillSplats(graph: Graph): Graph {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const copy = new GraphCopy(graph);
  const filled = (value: string): string => {
    const info = graph.values.get(value);
    const number = splatNumber(value, producers, graph);
    if (number === undefined || info === undefined) return copy.name(value);
    return copy.target.float32(new Float32Array(sizeOf(info.shape)).fill(number), info.shape);
  };
  for (const node of graph.nodes) {
    const isReader = node.opType === 'Conv' || node.opType === 'PRelu';
    if (isReader) {
      const [x, ...parameters] = node.inputs as [string, ...string[]];
      copy.copy(node, [copy.name(x), ...parameters.map(filled)]);
    } else copy.copy(node);
  }
  return removeDeadNodes(copy.finish());
}

/** The one number that fills `value`, if an `Expand` made it. */
function splatNumber(value: string, producers: ReadonlyMap<string, GraphNode>, graph: Graph): number | undefined {
  const node = producers.get(value);
  const [source] = node?.inputs ?? [];
  if (node === undefined || source === undefined) return undefined;
  if (node.opType === 'Reshape' || node.opType === 'Transpose') return splatNumber(source, producers, graph);
  const constant = node.opType === 'Expand' ? graph.constants.get(source) : undefined;
  return constant?.dtype === 'float32' && constant.data.length === 1 ? (constant.data[0] as number) : undefined;
}
