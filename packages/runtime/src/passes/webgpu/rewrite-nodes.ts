import type { GraphAssembler } from '../../graph/builder.js';
import type { Graph, GraphNode, ValueInfo } from '../../graph/graph.js';
import { GraphCopy } from '../graph-copy.js';

/** A node to be replaced, with what its replacement is made of. */
export interface Rewriting {
  readonly node: GraphNode;
  /** Names of the node's inputs in the new graph. */
  readonly inputs: readonly string[];
  /** The new graph. */
  readonly graph: GraphAssembler;
  /** Shape and type of an input. */
  info(index: number): ValueInfo;
}

/** Gives the names of the new outputs, or nothing if the node may stay. */
export type RewriteRule = (rewriting: Rewriting) => readonly string[] | undefined;

/** Replaces nodes by the rule for their operator, if there is one. */
export function rewriteNodes(graph: Graph, rules: Readonly<Record<string, RewriteRule>>): Graph {
  const copy = new GraphCopy(graph);
  for (const node of graph.nodes) {
    const rule = Object.hasOwn(rules, node.opType) ? rules[node.opType] : undefined;
    const inputs = node.inputs.map((input) => copy.name(input));
    const info = (index: number) => knownInfo(copy.target, inputs[index], node);
    const outputs = rule?.({ node, inputs, graph: copy.target, info });
    if (outputs === undefined) copy.copy(node, inputs);
    else bind(copy, node, outputs);
  }
  return copy.finish();
}

function bind(copy: GraphCopy, node: GraphNode, outputs: readonly string[]): void {
  node.outputs.forEach((output, index) => {
    const name = outputs[index] as string;
    const info = copy.source.values.get(output);
    if (info !== undefined && copy.target.info(name) === undefined) copy.target.declare(name, info);
    copy.bind(output, name);
  });
}

function knownInfo(graph: GraphAssembler, name: string | undefined, node: GraphNode): ValueInfo {
  const info = graph.info(name ?? '');
  if (info === undefined) throw new Error(`The shape of an input of ${node.opType} is unknown.`);
  return info;
}
