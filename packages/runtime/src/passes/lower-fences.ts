import type { Graph } from '../graph/graph.js';
import { GraphCopy } from './graph-copy.js';

/**
 * Writes fences, which ONNX does not have, as reshapes to a shape that only running tells: they copy nothing, and ONNX
 * Runtime can neither drop them nor merge what comes behind. Must be the last pass, as others look through reshapes.
 */
export function lowerFences(graph: Graph): Graph {
  if (!graph.nodes.some(({ opType }) => opType === 'Fence')) return graph;
  const copy = new GraphCopy(graph);
  for (const node of graph.nodes) {
    if (node.opType !== 'Fence') {
      copy.copy(node);
      continue;
    }
    const [x, zero] = node.inputs.map((input) => copy.name(input)) as [string, string];
    const [output] = node.outputs as [string];
    const info = graph.values.get(output);
    if (info === undefined) throw new Error(`The shape of the fence "${output}" is unknown.`);
    const shape = copy.target.node('Add', [zero, copy.target.int64(info.shape)]);
    const name = copy.target.node('Reshape', [x, shape]);
    copy.target.declare(name, info);
    copy.bind(output, name);
  }
  return copy.finish();
}
