import type { GraphEngineId } from '../engine.js';
import type { Graph } from '../graph/graph.js';
import { type OptimizeOptions, optimize } from '../passes/optimize.js';
import { lowerForWebGpu } from '../passes/webgpu/lower-for-webgpu.js';

/** Where ONNX Runtime runs a graph. */
export interface GraphDevice {
  /** ONNX Runtime's execution provider. */
  readonly provider: 'cpu' | 'webgpu' | 'cuda';
  /** The provider's name in ONNX Runtime's profiles. */
  readonly profileName: string;
  /** All passes, with those that rewrite what the provider lacks or has wrong. */
  optimize(graph: Graph, options?: OptimizeOptions): Graph;
}

/** What the graph engines run on. */
export const graphDevices: Readonly<Record<GraphEngineId, GraphDevice>> = {
  graph: { provider: 'cpu', profileName: 'CPUExecutionProvider', optimize },
  'graph-webgpu': { provider: 'webgpu', profileName: 'WebGpuExecutionProvider', optimize: lowerForWebGpu },
  'graph-cuda': { provider: 'cuda', profileName: 'CUDAExecutionProvider', optimize },
};
