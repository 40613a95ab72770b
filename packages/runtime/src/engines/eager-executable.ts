import { type DType, EnvironmentError, type HostTensor, type TensorData, type WeightMap } from '@vosvfi/core';
import { explainKernelError, withBackend } from '../backend-scope.js';
import type { EagerEngineId, Signature, TensorFunction } from '../engine.js';
import * as tf from '../tf.js';
import { assertTensors, scoped } from '../trace/trace.js';
import type { Buffers, Executable } from './executable.js';
import { registerWasmKernels } from './wasm-kernels.js';

/** Runs `fn` op by op on a tfjs back-end at each call. */
export async function eagerExecutable(
  engine: EagerEngineId,
  fn: TensorFunction,
  signature: Signature,
  weights: WeightMap,
): Promise<Executable> {
  const started = performance.now();
  await initializeBackend(engine);
  const constants = withBackend(engine, () =>
    scoped(
      () => new Map([...weights].map(([key, w]) => [key, tf.keep(tf.tensor(w.data, [...w.shape], w.dtype))] as const)),
    ),
  );
  const call = (feeds: Buffers, fetches: Buffers): Record<string, HostTensor> => {
    const inputs = Object.entries(signature).map(
      ([name, { shape, dtype = 'float32' }]) =>
        [name, tf.tensor(feeds[name] as Float32Array, [...shape], dtype)] as const,
    );
    const results: unknown = fn(Object.fromEntries(inputs), constants);
    assertTensors(results, fn.name);
    return Object.fromEntries(
      Object.entries(results).map(([name, tensor]) => [name, received(tensor, fetches[name])] as const),
    );
  };
  return {
    engine,
    provider: engine,
    fallbacks: [],
    nodes: 0,
    traceMilliseconds: performance.now() - started,
    sessionMilliseconds: 0,
    run: async (feeds, fetches = {}) => {
      try {
        return withBackend(engine, () => scoped(() => call(feeds, fetches)));
      } catch (error) {
        throw explainKernelError(error, engine);
      }
    },
    dispose: async () => {
      for (const tensor of constants.values()) tensor.dispose();
    },
  };
}

async function initializeBackend(engine: EagerEngineId): Promise<void> {
  if (engine === 'wasm') {
    await import('@tensorflow/tfjs-backend-wasm');
    registerWasmKernels();
  }
  const previous = tf.getBackend() as string | undefined;
  const ready = await tf.setBackend(engine);
  if (previous) await tf.setBackend(previous);
  if (!ready) throw new EnvironmentError(`The tfjs back-end "${engine}" cannot be initialized on this machine.`);
}

/** Copies a result out, since back-ends may hand out memory that is still theirs, or an input's. */
function received(tensor: tf.Tensor, target: TensorData | undefined): HostTensor {
  const values = tensor.dataSync();
  const dtype = tensor.dtype as DType;
  if (target === undefined) return { data: values.slice(), shape: tensor.shape, dtype };
  target.set(values);
  return { data: target, shape: tensor.shape, dtype };
}
