import { availableParallelism } from 'node:os';
import { type DType, type HostTensor, type TensorData, UnsupportedError, type WeightMap } from '@vosvfi/core';
import * as ort from 'onnxruntime-node';
import { checkTargets } from '../check-inputs.js';
import type { GraphEngineId, PassFact, PassName, Signature, TensorFunction } from '../engine.js';
import { writeModel } from '../onnx/write-model.js';
import { optimize } from '../passes/optimize.js';
import { trace } from '../trace/trace.js';
import type { Executable } from './executable.js';

/** Traces `fn` and makes an ONNX Runtime session of it. */
export async function graphExecutable(
  engine: GraphEngineId,
  fn: TensorFunction,
  signature: Signature,
  weights: WeightMap,
  threads = availableParallelism(),
  without: readonly PassName[] = [],
): Promise<Executable> {
  const started = performance.now();
  const passes: PassFact[] = [];
  const graph = optimize(trace(fn, signature, weights), { without, report: (fact) => passes.push(fact) });
  const model = writeModel(graph);
  const traced = performance.now();
  const session = await createSession(model, engine, threads);
  const ready = performance.now();
  const read = new Set(session.inputNames);
  const inputs = Object.entries(signature).filter(([name]) => read.has(name));
  const outputs = graph.outputs.map(({ name, value }) => [name, graph.values.get(value) as OutputInfo] as const);
  return {
    engine,
    nodes: graph.nodes.length,
    traceMilliseconds: traced - started,
    sessionMilliseconds: ready - traced,
    passes,
    run: async (feeds, fetches = {}) => {
      const given = inputs.map(([name, { dtype = 'float32', shape }]) => [
        name,
        ortTensor({ data: feeds[name] as TensorData, dtype, shape }),
      ]);
      checkTargets(outputs, fetches);
      const wanted = outputs.map(([name, info]) => {
        const data = fetches[name];
        return [name, data === undefined ? null : ortTensor({ ...info, data })];
      });
      const results = await session.run(Object.fromEntries(given), Object.fromEntries(wanted));
      return Object.fromEntries(
        outputs.map(([name, { shape, dtype }]) => {
          const data = fetches[name] ?? ((results[name] as ort.Tensor).data as TensorData);
          return [name, { data, dtype, shape }];
        }),
      );
    },
    dispose: () => session.release(),
  };
}

interface OutputInfo {
  readonly shape: readonly number[];
  readonly dtype: DType;
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

async function createSession(model: Uint8Array, engine: GraphEngineId, threads: number): Promise<ort.InferenceSession> {
  try {
    return await ort.InferenceSession.create(model, {
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
