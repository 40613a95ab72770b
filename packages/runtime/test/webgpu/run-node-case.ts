import * as ort from 'onnxruntime-node';
import type { Graph } from '../../src/graph/graph.js';
import { writeModel } from '../../src/onnx/write-model.js';
import { lowerForWebGpu } from '../../src/passes/webgpu/lower-for-webgpu.js';
import { type NodeCase, typeOf } from './node-cases.js';

/** The largest difference of any output, relative to that output's largest value. */
export function differenceFrom(reference: readonly Float32Array[], found: readonly Float32Array[]): number {
  let largest = 0;
  reference.forEach((expected, output) => {
    const scale = Math.max(1e-30, ...expected.map(Math.abs));
    expected.forEach((value, i) => {
      const difference = Math.abs(value - (found[output]?.[i] ?? Number.NaN)) / scale;
      largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(largest, difference);
    });
  });
  return largest;
}

/** Outputs of a graph as it is, on the processor. */
export function onProcessor({ graph, feeds }: NodeCase): Promise<Float32Array[]> {
  return run(graph, feeds, { executionProviders: ['cpu'] });
}

/** Outputs of a graph lowered for WebGPU, on the processor, which has all of its operators too. */
export function loweredOnProcessor({ graph, feeds }: NodeCase): Promise<Float32Array[]> {
  return run(lowerForWebGpu(graph), feeds, { executionProviders: ['cpu'] });
}

/** Outputs of a graph lowered for WebGPU, through WebGPU alone: a node that would run on the processor is an error. */
export function throughWebGpu({ graph, feeds }: NodeCase): Promise<Float32Array[]> {
  const options = { executionProviders: ['webgpu'], extra: { session: { disable_cpu_ep_fallback: '1' } } };
  return run(lowerForWebGpu(graph), feeds, options);
}

async function run(
  graph: Graph,
  feeds: NodeCase['feeds'],
  options: ort.InferenceSession.SessionOptions,
): Promise<Float32Array[]> {
  const session = await ort.InferenceSession.create(writeModel(graph), { logSeverityLevel: 4, ...options });
  try {
    const tensors = graph.inputs.map(({ name, value }) => {
      const data = feeds[name] as Float32Array;
      return [name, new ort.Tensor(typeOf(data) as 'float32', data, graph.values.get(value)?.shape)] as const;
    });
    const results = await session.run(Object.fromEntries(tensors));
    return graph.outputs.map(({ name }) => Float32Array.from(results[name]?.data as Float32Array));
  } finally {
    await session.release();
  }
}
