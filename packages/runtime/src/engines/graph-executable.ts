import { availableParallelism } from 'node:os';
import { type DType, type HostTensor, sizeOf, type TensorData, type WeightMap } from '@vosvfi/core';
import * as ort from 'onnxruntime-node';
import type { GraphEngineId, Signature, TensorFunction } from '../engine.js';
import { writeModel } from '../onnx/write-model.js';
import { trace } from '../trace/trace.js';
import type { Executable } from './executable.js';
import { graphDevices } from './graph-device.js';
import { openSession } from './graph-session.js';

/** Traces `fn` and makes an ONNX Runtime session of it. */
export async function graphExecutable(
  engine: GraphEngineId,
  fn: TensorFunction,
  signature: Signature,
  weights: WeightMap,
  threads = availableParallelism(),
): Promise<Executable> {
  const started = performance.now();
  const graph = graphDevices[engine].optimize(trace(fn, signature, weights));
  const model = writeModel(graph);
  const traced = performance.now();
  const { session, fallbacks } = await openSession(model, engine, threads);
  const ready = performance.now();
  const read = new Set(session.inputNames);
  const inputs = Object.entries(signature).filter(([name]) => read.has(name));
  const outputs = graph.outputs.map(({ name, value }) => [name, graph.values.get(value) as OutputInfo] as const);
  return {
    engine,
    provider: graphDevices[engine].provider,
    fallbacks,
    nodes: graph.nodes.length,
    traceMilliseconds: traced - started,
    sessionMilliseconds: ready - traced,
    run: async (feeds, fetches = {}) => {
      const given = inputs.map(([name, { dtype = 'float32', shape }]) => [
        name,
        ortTensor({ data: feeds[name] as TensorData, dtype, shape }),
      ]);
      const results = outputs.map(([name, { dtype, shape }]): [string, HostTensor] => [
        name,
        { data: fetches[name] ?? newData(dtype, sizeOf(shape)), dtype, shape },
      ]);
      const wanted = results.map(([name, tensor]) => [name, ortTensor(tensor)]);
      await session.run(Object.fromEntries(given), Object.fromEntries(wanted));
      return Object.fromEntries(results);
    },
    dispose: () => session.release(),
  };
}

interface OutputInfo {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** The binding copies nothing: ONNX Runtime reads and writes these arrays in place. */
function ortTensor({ data, dtype, shape }: HostTensor): ort.Tensor {
  return new ort.Tensor(dtype, data as Float32Array, shape);
}

function newData(dtype: DType, size: number): TensorData {
  if (dtype === 'float32') return new Float32Array(size);
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}
