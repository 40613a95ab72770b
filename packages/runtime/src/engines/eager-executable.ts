import { EnvironmentError, type WeightMap } from '@vosvfi/core';
import { explainKernelError, withBackend } from '../backend-scope.js';
import type { EngineId, Signature, TensorFunction } from '../engine.js';
import * as tf from '../tf.js';
import { assertTensors, scoped } from '../trace/trace.js';
import type { Buffers, Executable, OutputSpec } from './executable.js';

type EagerEngine = Exclude<EngineId, 'graph'>;

/**
 * Runs `fn` op by op on a tfjs back-end at each call. Shapes of the outputs are learnt by running it once on zeros.
 */
export async function eagerExecutable(
  engine: EagerEngine,
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
  const call = <T>(feeds: Buffers, receive: (results: Record<string, tf.Tensor>) => T): T => {
    try {
      return withBackend(engine, () =>
        scoped(() => {
          const inputs = Object.entries(signature).map(
            ([name, { shape, dtype = 'float32' }]) =>
              [name, tf.tensor(feeds[name] as Float32Array, [...shape], dtype)] as const,
          );
          const results: unknown = fn(Object.fromEntries(inputs), constants);
          assertTensors(results, fn.name);
          return receive(results);
        }),
      );
    } catch (error) {
      throw explainKernelError(error, engine);
    }
  };
  const outputs = call(zeroFeeds(signature), specsOf);
  return {
    engine,
    nodes: 0,
    traceMilliseconds: performance.now() - started,
    sessionMilliseconds: 0,
    outputs,
    run: async (feeds, fetches) =>
      call(feeds, (results) => {
        for (const [name, tensor] of Object.entries(results)) fetches[name]?.set(tensor.dataSync());
      }),
    dispose: async () => {
      for (const tensor of constants.values()) tensor.dispose();
    },
  };
}

async function initializeBackend(engine: EagerEngine): Promise<void> {
  if (engine === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
  const previous = tf.getBackend() as string | undefined;
  const ready = await tf.setBackend(engine);
  if (previous) await tf.setBackend(previous);
  if (!ready) throw new EnvironmentError(`The tfjs back-end "${engine}" cannot be initialized on this machine.`);
}

function specsOf(results: Record<string, tf.Tensor>): Record<string, OutputSpec> {
  return Object.fromEntries(
    Object.entries(results).map(([name, { shape, dtype }]) => [name, { shape, dtype: dtype as OutputSpec['dtype'] }]),
  );
}

function zeroFeeds(signature: Signature): Buffers {
  return Object.fromEntries(
    Object.entries(signature).map(([name, { shape, dtype = 'float32' }]) => [
      name,
      newData(dtype, tf.util.sizeFromShape([...shape])),
    ]),
  );
}

/** A zeroed array for `size` elements of `dtype`. */
export function newData(dtype: OutputSpec['dtype'], size: number): Float32Array | Int32Array | Uint8Array {
  if (dtype === 'float32') return new Float32Array(size);
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}
