import { halfBits, largestHalf } from '@vosvfi/core/safetensors';
import type { Constant, Graph } from '../graph/graph.js';
import { elementTypeCodes } from '../graph/infer-outputs.js';
import { GraphCopy } from '../passes/graph-copy.js';

/** Smaller constants stay float32: their bytes do not matter, their digits may. */
const LEAST_ELEMENTS = 256;

/**
 * Stores large float32 weights as halves, which are cast back where they are read: the file is half as large, every
 * weight keeps 11 bits. ONNX Runtime casts once, when the session is made, and computes in float32 as before.
 * Weights with values that halves cannot hold stay as they are, and so do constants that are no weights.
 */
export function halveWeights(graph: Graph, isWeight: (constant: Constant) => boolean): Graph {
  const copy = new GraphCopy(graph);
  for (const [value, constant] of graph.constants) {
    if (!isHalvable(constant) || !isWeight(constant)) continue;
    const half = copy.target.constant({
      dtype: 'float16',
      shape: constant.shape,
      data: Uint16Array.from(constant.data as Float32Array, halfBits),
    });
    copy.bind(value, copy.target.node('Cast', [half], { to: elementTypeCodes.float32 }));
  }
  for (const node of graph.nodes) copy.copy(node);
  return copy.finish();
}

function isHalvable({ dtype, data }: Constant): boolean {
  if (dtype !== 'float32' || data.length < LEAST_ELEMENTS) return false;
  return (data as Float32Array).every((value) => Math.abs(value) <= largestHalf);
}
