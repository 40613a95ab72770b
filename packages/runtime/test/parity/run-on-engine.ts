import { compile } from '../../src/compile.js';
import type { EngineId } from '../../src/engine.js';
import * as tf from '../../src/tf.js';
import type { RunOnce } from './run-trials.js';

/** Compiles, runs once and frees. */
export const runOnEngine =
  (engine: EngineId): RunOnce =>
  async (fn, signature, inputs) => {
    const compiled = await compile(fn, signature, { engine });
    try {
      return await compiled.run(inputs);
    } finally {
      await compiled.dispose();
    }
  };

/** Makes the memory of back-end `wasm` new; does nothing for others. */
export async function restartEngine(engine: EngineId): Promise<void> {
  if (engine !== 'wasm') return;
  const factory = tf.findBackendFactory('wasm');
  if (factory === null) return;
  const current = tf.getBackend();
  // Its own way to end walks through memory that may be damaged.
  tf.findBackend('wasm').dispose = () => undefined;
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', factory, 0);
  await tf.setBackend('wasm');
  await tf.setBackend(current);
}

/** True if an eager engine has no such kernel. */
export function lacksKernel(engine: EngineId, kernel: string): boolean {
  return tf.findBackendFactory(engine) !== null && tf.getKernel(kernel, engine) === undefined;
}
