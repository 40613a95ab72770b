import { availableParallelism } from 'node:os';
import { type HostTensor, type TensorData, UnsupportedError, type WeightMap } from '@vosvfi/core';
import * as ort from 'onnxruntime-node';
import { checkTargets } from '../check-inputs.js';
import type { GraphEngineId, PassName, Signature, TensorFunction } from '../engine.js';
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
  without?: readonly PassName[],
): Promise<Executable> {
  const started = performance.now();
  const compileAgain = (options?: ProgramOptions) =>
    compileProgram(engine, fn, signature, weights, { ...options, ...(without && { without }) });
  const program = compileAgain();
  const traced = performance.now();
  const source = await modelSource(program.model);
  return {
    ...(await openGraph(program, source, threads)),
    traceMilliseconds: traced - started,
    passes: program.passes,
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
    passes: [],
    run: async (feeds, fetches = {}) => {
      const given = inputs.map(([name, { dtype = 'float32', shape }]) => [
        name,
        ortTensor({ data: feeds[name] as TensorData, dtype, shape }),
      ]);
      checkTargets(outputs, fetches);
      const wanted = outputs.map(({ name, dtype, shape }) => {
        const data = fetches[name];
        return [name, data === undefined ? null : ortTensor({ data, dtype, shape })];
      });
      const results = await session.run(Object.fromEntries(given), Object.fromEntries(wanted));
      return Object.fromEntries(
        outputs.map(({ name, dtype, shape }) => {
          const data = fetches[name] ?? ((results[name] as ort.Tensor).data as TensorData);
          return [name, { data, dtype, shape }];
        }),
      );
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

/**
 * ONNX Runtime would move transposes once more, by their number instead of their size: it turns filter gradients round
 * in the optimizer's update, on both operands and in an order of axes that is slow, which costs a small step a fifth.
 */
const UNWANTED_OPTIMIZERS = ['TransposeOptimizer', 'TransposeOptimizer_CPUExecutionProvider'];

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
      // One block planned for all values takes half as much memory again as values that come and go in the arena.
      enableMemPattern: false,
      extra: { optimization: { disable_specified_optimizers: UNWANTED_OPTIMIZERS.join(';') } },
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
