import { ConfigError, type HostTensor, type WeightMap } from '@vosvfi/core';
import type { Graph, GraphNode } from '../graph/graph.js';
import { removeDeadNodes } from '../passes/remove-dead-nodes.js';
import { rangesByValue } from './calibration.js';
import { fillSplats } from './fill-splats.js';
import { halveWeights } from './half-weights.js';
import { quantizeGraph } from './int8-pass.js';
import type { Precision } from './precision.js';

/**
 * An optimized graph in lower precision.
 * @throws ConfigError if the calibration is of another function, or `keepFloat` names no weight.
 */
export function lowerPrecision(graph: Graph, weights: WeightMap, precision: Precision): Graph {
  if (precision.kind === 'float16-weights') return halveWeights(graph);
  const filled = fillSplats(graph);
  const ranges = rangesByValue(filled, precision.calibration);
  const keepsFloat = readsOneOf(filled, keptWeights(weights, precision.keepFloat ?? []));
  return removeDeadNodes(quantizeGraph(filled, ranges, { keepsFloat }));
}

function keptWeights(weights: WeightMap, beginnings: readonly string[]): HostTensor[] {
  return beginnings.flatMap((beginning) => {
    const found = [...weights].filter(([key]) => key === beginning || key.startsWith(`${beginning}.`));
    if (found.length > 0) return found.map(([, weight]) => weight);
    throw new ConfigError('precision.keepFloat', `no weight is called "${beginning}" or begins with "${beginning}.".`);
  });
}

/**
 * Whether a convolution's weights are one of `kept`. They are told by their values: ONNX has the layouts of state dicts, so
 * that weights reach the graph as they were given.
 */
function readsOneOf({ constants }: Graph, kept: readonly HostTensor[]): (node: GraphNode) => boolean {
  return ({ inputs }) => {
    const constant = constants.get(inputs[1] as string);
    if (constant === undefined) return false;
    return kept.some(({ data }) => data.length === constant.data.length && sameBytes(data, constant.data));
  };
}

function sameBytes(a: ArrayBufferView, b: ArrayBufferView): boolean {
  const bytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => new Uint8Array(buffer, byteOffset, byteLength);
  return Buffer.compare(bytes(a), bytes(b)) === 0;
}
