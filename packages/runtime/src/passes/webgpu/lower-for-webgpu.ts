import type { Graph } from '../../graph/graph.js';
import { type OptimizeOptions, optimize } from '../optimize.js';
import { removeDeadNodes } from '../remove-dead-nodes.js';
import { convolutionChannels } from './convolution-channels.js';
import { deformConv } from './deform-conv.js';
import { exactFunctions } from './exact-functions.js';
import { gridSample } from './grid-sample.js';
import { integerIndices } from './integer-indices.js';
import { maxPoolPositions } from './max-pool-positions.js';
import { missingOperators } from './missing-operators.js';
import { movedTypes } from './moved-types.js';
import { rewriteNodes } from './rewrite-nodes.js';

/** Of later sets the provider has no ConvTranspose, pooling or trigonometry. */
const opset = 21;

/**
 * The passes for ONNX Runtime's WebGPU provider: what it lacks or has wrong is written in operators that it has right. Sampling
 * is replaced before the layout is decided, so that its transposes can cancel.
 */
export function lowerForWebGpu(graph: Graph, options?: OptimizeOptions): Graph {
  const sampled = rewriteNodes(graph, {
    ...exactFunctions,
    GridSample: gridSample,
    DeformConv: deformConv,
    MaxPool: maxPoolPositions,
  });
  const rules = { ...missingOperators, ...movedTypes, ...integerIndices, ...convolutionChannels };
  return { ...removeDeadNodes(rewriteNodes(optimize(sampled, options), rules)), opset };
}
