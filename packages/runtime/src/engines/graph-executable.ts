import { availableParallelism } from 'node:os';
import { type DType, type HostTensor, sizeOf, type TensorData, UnsupportedError, type WeightMap } from '@vosvfi/core';
import * as ort from 'onnxruntime-node';
import type { GraphEngineId, Signature, TensorFunction } from '../engine.js';
import type { Executable } from './executable.js';
import {
  compileProgram,
  type GraphLayout,
  type ModelSource,
  modelSource,
  type ProgramOptions,
} from './graph-program.js';

/** Traces `fn` and makes an ONNX Runtime session of it. */
export async function graphExecutable(
  engine: GraphEngineId,
  fn: TensorFunction,
  signature: Signature,
  weights: WeightMap,
  threads?: number,
): Promise<Executable> {
  const started = performance.now();
  const compileAgain = (options?: ProgramOptions) => compileProgram(engine, fn, signature, weights, options);
  const program = compileAgain();
  const traced = performance.now();
  const source = await modelSource(program.model);
  return {
    ...(await openGraph(program, source, threads)),
    traceMilliseconds: traced - started,
    program: compileAgain,
  };
}

/** Makes a session of a compiled graph. */
export async function openGraph(
  { engine, nodes, inputs: signature, outputs }: GraphLayout,
  // Taken apart, so that the session's methods do not keep the model in memory.
  { model, remove }: ModelSource,
  threads = availableParallelism(),
): Promise<Executable> {
  const started = performance.now();
  const session = await createSession(model, engine, threads).finally(() =>
    // Systems that do not let go of a file in use get another chance when the session ends.
    remove().catch(() => undefined),
  );
  const ready = performance.now();
  const read = new Set(session.inputNames);
  const inputs = Object.entries(signature).filter(([name]) => read.has(name));
  return {
    engine,
    nodes,
    traceMilliseconds: 0,
    sessionMilliseconds: ready - started,
    run: async (feeds, fetches = {}) => {
      const given = inputs.map(([name, { dtype = 'float32', shape }]) => [
        name,
        ortTensor({ data: feeds[name] as TensorData, dtype, shape }),
      ]);
      const results = outputs.map(({ name, dtype, shape }): [string, HostTensor] => [
        name,
        { data: fetches[name] ?? newData(dtype, sizeOf(shape)), dtype, shape },
      ]);
      const wanted = results.map(([name, tensor]) => [name, ortTensor(tensor)]);
      await session.run(Object.fromEntries(given), Object.fromEntries(wanted));
      return Object.fromEntries(results);
    },
    dispose: async () => {
      await session.release();
      await remove();
    },
  };
}

const providers: Readonly<Record<GraphEngineId, string>> = {
  graph: 'cpu',
  'graph-webgpu': 'webgpu',
  'graph-cuda': 'cuda',
};

async function createSession(
  model: Uint8Array | string,
  engine: GraphEngineId,
  threads: number,
): Promise<ort.InferenceSession> {
  try {
    // The declared overloads have no union; both kinds are loaded the same way.
    return await ort.InferenceSession.create(model as string, {
      executionProviders: [providers[engine]],
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

/** The binding copies nothing: ONNX Runtime reads and writes these arrays in place. */
function ortTensor({ data, dtype, shape }: HostTensor): ort.Tensor {
  return new ort.Tensor(dtype, data as Float32Array, shape);
}

function newData(dtype: DType, size: number): TensorData {
  if (dtype === 'float32') return new Float32Array(size);
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}
