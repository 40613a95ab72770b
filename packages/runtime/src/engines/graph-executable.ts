import { availableParallelism } from 'node:os';
import { type TensorData, UnsupportedError, type WeightMap } from '@vosvfi/core';
import * as ort from 'onnxruntime-node';
import type { Signature, TensorFunction } from '../engine.js';
import type { Graph } from '../graph/graph.js';
import { writeModel } from '../onnx/write-model.js';
import { optimize } from '../passes/optimize.js';
import { trace } from '../trace/trace.js';
import type { Buffers, Executable, OutputSpec } from './executable.js';

/** Traces `fn` and makes an ONNX Runtime session of it. */
export async function graphExecutable(
  fn: TensorFunction,
  signature: Signature,
  weights: WeightMap,
  threads = availableParallelism(),
): Promise<Executable> {
  const started = performance.now();
  const graph = optimize(trace(fn, signature, weights));
  const model = writeModel(graph);
  const traced = performance.now();
  const session = await createSession(model, threads);
  const ready = performance.now();
  const read = new Set(session.inputNames);
  const specs = outputSpecs(graph);
  const inputs = Object.entries(signature).filter(([name]) => read.has(name));
  return {
    engine: 'graph',
    nodes: graph.nodes.length,
    traceMilliseconds: traced - started,
    sessionMilliseconds: ready - traced,
    outputs: specs,
    run: async (feeds, fetches) => {
      const given = Object.fromEntries(
        inputs.map(([name, { dtype, shape }]) => [name, ortTensor(feeds, name, dtype ?? 'float32', shape)]),
      );
      const wanted = Object.fromEntries(
        Object.entries(specs).map(([name, { dtype, shape }]) => [name, ortTensor(fetches, name, dtype, shape)]),
      );
      await session.run(given, wanted);
    },
    dispose: () => session.release(),
  };
}

async function createSession(model: Uint8Array, threads: number): Promise<ort.InferenceSession> {
  try {
    return await ort.InferenceSession.create(model, {
      executionProviders: ['cpu'],
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
    });
  } catch (error) {
    throw new UnsupportedError(`ONNX Runtime refuses the compiled function: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function outputSpecs(graph: Graph): Record<string, OutputSpec> {
  return Object.fromEntries(
    graph.outputs.map(({ name, value }) => [name, graph.values.get(value) as OutputSpec] as const),
  );
}

function ortTensor(buffers: Buffers, name: string, dtype: OutputSpec['dtype'], shape: readonly number[]): ort.Tensor {
  const data = buffers[name] as TensorData;
  // The binding copies nothing: ONNX Runtime reads and writes these arrays in place.
  return new ort.Tensor(dtype, data as Float32Array, shape);
}
