import { availableParallelism } from 'node:os';
import type { EngineId } from './engine.js';
import type * as tfTypes from './tf.js';

/** What is known of one engine on this machine. */
export interface EngineFact {
  readonly engine: EngineId;
  /** True if a convolution compiled for it has just given the right numbers. */
  readonly usable: boolean;
  /** What runs it: `onnxruntime-node` and `@tensorflow/tfjs` with their versions. */
  readonly versions: Readonly<Record<string, string>>;
  /** Threads that it uses unless told otherwise. */
  readonly threads: number;
  /** Execution providers that the installed ONNX Runtime lists (`cpu`, ...); empty for eager engines. */
  readonly providers: readonly string[];
  /** Why it cannot be used; absent if it can. */
  readonly reason?: string;
  /** What to do about it; absent if it can be used. */
  readonly remedy?: string;
}

const remedies: Readonly<Record<EngineId, string>> = {
  graph:
    'Training and inference need it. Install the package onnxruntime-node again; it has binaries for Linux, macOS and Windows (x64 and arm64).',
  'graph-webgpu': 'It needs a graphics driver: Vulkan on Linux, Metal on macOS, Direct3D 12 on Windows.',
  'graph-cuda':
    'It needs an NVIDIA graphics card with CUDA 12 and cuDNN 9, and the CUDA provider of onnxruntime-node: npm rebuild onnxruntime-node',
  cpu: 'It is for debugging. Install the package @tensorflow/tfjs again.',
  wasm: 'It is for debugging. Install the package @tensorflow/tfjs-backend-wasm again.',
  webgpu: 'npm install webgpu @tensorflow/tfjs-backend-webgpu',
  tensorflow: 'npm install @tensorflow/tfjs-node',
};

/**
 * Tries every engine on a small convolution, in the order graph, wasm, cpu. An engine that cannot be used is a fact, not
 * an error: nothing is thrown.
 */
export async function engineFacts(): Promise<EngineFact[]> {
  const facts: EngineFact[] = [];
  for (const engine of ['graph', 'wasm', 'cpu'] as const) facts.push(await factOf(engine));
  return facts;
}

async function factOf(engine: EngineId): Promise<EngineFact> {
  const threads = engine === 'graph' ? availableParallelism() : 1;
  let known: Pick<EngineFact, 'versions' | 'providers'> = { versions: {}, providers: [] };
  try {
    known = await parts(engine);
    await probe(engine);
    return { engine, usable: true, threads, ...known };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { engine, usable: false, threads, ...known, reason, remedy: remedies[engine] };
  }
}

/** Loaded late: where a native library is missing, importing it is what fails. */
async function parts(engine: EngineId): Promise<Pick<EngineFact, 'versions' | 'providers'>> {
  const { version_core: tfjs } = await import('./tf.js');
  const versions = { '@tensorflow/tfjs': tfjs };
  if (engine !== 'graph') return { versions, providers: [] };
  const ort = await import('onnxruntime-node');
  return {
    versions: { ...versions, 'onnxruntime-node': ort.env.versions.node ?? ort.env.versions.common },
    providers: ort.listSupportedBackends().map(({ name }) => name),
  };
}

/** @throws Error if the engine cannot run a convolution or runs it wrong. */
async function probe(engine: EngineId): Promise<void> {
  const [{ compile }, tf] = await Promise.all([import('./compile.js'), import('./tf.js')]);
  const compiled = await compile(
    ({ x }) => ({ y: tf.sum(tf.conv2d(x as tfTypes.Tensor4D, tf.ones([3, 3, 1, 1]), 1, 'same')) }),
    { x: { shape: [1, 8, 8, 1] } },
    { engine },
  );
  try {
    const { y } = await compiled.run({
      x: { data: new Float32Array(64).fill(1), shape: [1, 8, 8, 1], dtype: 'float32' },
    });
    // 36 inner pixels see nine ones, 24 at edges six, 4 corners four.
    if (y?.data[0] !== 484) throw new Error(`The sum of a test convolution is ${y?.data[0]}, expected 484.`);
  } finally {
    await compiled.dispose();
  }
}
