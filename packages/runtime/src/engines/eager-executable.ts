import { type DType, EnvironmentError, type HostTensor, type TensorData, type WeightMap } from '@vosvfi/core';
import { explainKernelError, withBackend } from '../backend-scope.js';
import { checkTargets } from '../check-inputs.js';
import { assertTensors } from '../check-outputs.js';
import type { EagerEngineId, Signature, TensorFunction } from '../engine.js';
import { repairBackend } from '../repairs/repair-kernel.js';
import { wasmRepairs } from '../repairs/wasm-repairs.js';
import { webgpuRepairs } from '../repairs/webgpu-repairs.js';
import * as tf from '../tf.js';
import { scoped } from '../trace/trace.js';
import type { Buffers, Executable } from './executable.js';
import { loadTensorflow } from './tensorflow-backend.js';
import { checkedByDevice, loadWebgpu } from './webgpu-backend.js';

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
  const call = (feeds: Buffers, fetches: Buffers): Record<string, tf.Tensor> => {
    const inputs = Object.entries(signature).map(
      ([name, { shape, dtype = 'float32' }]) =>
        [name, tf.tensor(feeds[name] as Float32Array, [...shape], dtype)] as const,
    );
    const results: unknown = fn(Object.fromEntries(inputs), constants);
    assertTensors(results, fn.name);
    checkTargets(
      Object.entries(results).map(([name, { shape, dtype }]) => ({ name, shape, dtype: dtype as DType })),
      fetches,
    );
    return results;
  };
  return {
    engine,
    provider: engine,
    fallbacks: [],
    nodes: 0,
    traceMilliseconds: performance.now() - started,
    sessionMilliseconds: 0,
    passes: [],
    run: async (feeds, fetches = {}) => {
      try {
        return engine === 'webgpu'
          ? await checkedByDevice(() =>
              readLater(() => withBackend(engine, () => scoped(() => kept(call(feeds, fetches)))), fetches),
            )
          : withBackend(engine, () =>
              scoped(() => received(call(feeds, fetches), (tensor) => tensor.dataSync(), fetches)),
            );
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
    repairBackend('wasm', wasmRepairs);
  }
  if (engine === 'webgpu') {
    await loadWebgpu();
    repairBackend('webgpu', webgpuRepairs);
  }
  if (engine === 'tensorflow') loadTensorflow();
  const previous = tf.getBackend() as string | undefined;
  const ready = await tf.setBackend(engine);
  if (previous) await tf.setBackend(previous);
  if (!ready) throw new EnvironmentError(`The tfjs back-end "${engine}" cannot be initialized on this machine.`);
}

type Results = Readonly<Record<string, tf.Tensor>>;

/** Copies of results, so that they outlive the scope. */
function kept(results: Results): Results {
  return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, tf.keep(tf.clone(tensor))]));
}

/** Graphics memory can only be waited for. */
async function readLater(call: () => Results, fetches: Buffers): Promise<Record<string, HostTensor>> {
  const results = call();
  try {
    const values = new Map<tf.Tensor, TensorData>();
    for (const tensor of Object.values(results)) values.set(tensor, await tensor.data());
    return received(results, (tensor) => values.get(tensor) as TensorData, fetches);
  } finally {
    for (const tensor of Object.values(results)) tensor.dispose();
  }
}

/** Copies results out, since back-ends may hand out memory that is still theirs, or an input's. */
function received(
  results: Results,
  read: (tensor: tf.Tensor) => TensorData,
  fetches: Buffers,
): Record<string, HostTensor> {
  const host = (tensor: tf.Tensor, target: TensorData | undefined): HostTensor => {
    const values = read(tensor);
    const dtype = tensor.dtype as DType;
    if (target === undefined) return { data: values.slice(), shape: tensor.shape, dtype };
    target.set(values);
    return { data: target, shape: tensor.shape, dtype };
  };
  return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, host(tensor, fetches[name])]));
}
