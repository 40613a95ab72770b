import type { Graph, GraphNode } from '../graph/graph.js';

/** Drops nodes and constants that no output needs, and trailing outputs that nobody reads. Inputs stay. */
export function removeDeadNodes(graph: Graph): Graph {
  const used = new Set(graph.outputs.map((port) => port.value));
  const nodes: GraphNode[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((output) => used.has(output))) continue;
    for (const input of node.inputs) used.add(input);
    nodes.push(withoutTrailingOutputs(node, used));
  }
  const constants = new Map([...graph.constants].filter(([name]) => used.has(name)));
  return { ...graph, nodes: nodes.reverse(), constants };
}

/** MaxPool's positions, for one, cost time when they are asked for. Split must keep all its outputs. */
function withoutTrailingOutputs(node: GraphNode, used: ReadonlySet<string>): GraphNode {
  if (node.opType !== 'MaxPool') return node;
  const last = node.outputs.findLastIndex((output) => used.has(output));
  return last === node.outputs.length - 1 ? node : { ...node, outputs: node.outputs.slice(0, last + 1) };
}
