import type { EngineId } from '@vosvfi/runtime';
import type * as tfTypes from '@vosvfi/runtime/tf';
import { type Check, messageOf } from './check.js';

const remedies: Readonly<Record<EngineId, string>> = {
  graph:
    'Training and inference run on it. Install again; the package onnxruntime-node has binaries for Linux, macOS and Windows.',
  cpu: 'It is for debugging. Install again.',
  wasm: 'It is for debugging. Install again.',
};

/** Runs a small convolution on `engine` and looks at the result. */
async function probe(engine: EngineId): Promise<string> {
  const { compile } = await import('@vosvfi/runtime');
  const tf = await import('@vosvfi/runtime/tf');
  const compiled = await compile(
    ({ x }) => ({ y: tf.conv2d(x as tfTypes.Tensor4D, tf.ones([3, 3, 1, 1]), 1, 'same') }),
    { x: { shape: [1, 8, 8, 1] } },
    { engine },
  );
  try {
    const ones = { data: new Float32Array(64).fill(1), shape: [1, 8, 8, 1], dtype: 'float32' as const };
    const { y } = await compiled.run({ x: ones });
    const sum = Array.from(y!.data).reduce((total, value) => total + value, 0);
    // 36 inner pixels see nine ones, 24 at edges six, 4 corners four.
    if (sum !== 484) throw new Error(`a convolution gives ${sum}, expected 484`);
    return 'a test convolution is right';
  } finally {
    await compiled.dispose();
  }
}

/** Whether each engine works here. Only `graph` is required. */
export async function checkEngines(): Promise<Check[]> {
  const checks: Check[] = [];
  for (const engine of ['graph', 'wasm', 'cpu'] as const) {
    const base = { name: `engine ${engine}`, required: engine === 'graph' };
    try {
      checks.push({ ...base, usable: true, found: await probe(engine) });
    } catch (error) {
      checks.push({ ...base, usable: false, found: messageOf(error), remedy: remedies[engine] });
    }
  }
  return checks;
}
