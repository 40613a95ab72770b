import { sizeOf } from '@vosvfi/core';
import { countUses, type Graph, type GraphNode } from '../graph/graph.js';
import { GraphCopy } from './graph-copy.js';

/** Gives convolutions the per-channel values that are added to their results, which saves a pass over each. */
export function fuseBias(graph: Graph): Graph {
  const uses = countUses(graph);
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const copy = new GraphCopy(graph);
  for (const node of graph.nodes) {
    const match = node.opType === 'Add' ? findConvolution(node, graph, producers, uses) : undefined;
    if (match === undefined) {
      copy.copy(node);
      continue;
    }
    const { convolution, bias, channels } = match;
    const operands = [
      ...convolution.inputs.map((input) => copy.name(input)),
      copy.reshape(copy.name(bias), [channels]),
    ];
    copy.bind(node.outputs[0] as string, copy.target.node(convolution.opType, operands, convolution.attributes));
  }
  return copy.finish();
}

interface Match {
  readonly convolution: GraphNode;
  readonly bias: string;
  readonly channels: number;
}

function findConvolution(
  add: GraphNode,
  { values }: Graph,
  producers: ReadonlyMap<string, GraphNode>,
  uses: ReadonlyMap<string, number>,
): Match | undefined {
  for (const [index, value] of add.inputs.entries()) {
    const convolution = producers.get(value);
    if (convolution?.opType !== 'Conv' && convolution?.opType !== 'ConvTranspose') continue;
    if (convolution.inputs.length !== 2 || uses.get(value) !== 1) continue;
    const bias = add.inputs[1 - index] as string;
    const channels = values.get(value)?.shape[1];
    const shape = values.get(bias)?.shape;
    if (channels === undefined || shape === undefined || sizeOf(shape) !== channels) continue;
    // [C, 1, 1] or [1, C, 1, 1].
    if (shape.length >= 3 && shape.length <= 4 && shape.at(-3) === channels) return { convolution, bias, channels };
  }
  return undefined;
}
