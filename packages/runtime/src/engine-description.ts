import { availableParallelism } from 'node:os';
import { type EngineId, isGraphEngine } from './engine.js';

/** What runs where for one engine id. */
export interface EngineDescription {
  readonly engine: EngineId;
  /** Package that computes. */
  readonly library: string;
  readonly version: string;
  /** Kind of device (`cpu`, `webgpu`, `cuda`) and, where it can be known, its name in brackets. */
  readonly device: string;
  /** Absent where threads are not the engine's to choose. */
  readonly threads?: number;
}

/**
 * Tells what an engine id stands for here. Nothing falls back to another engine: what was asked for is what runs.
 *
 * @param threads What the engine was told; default: its own default.
 * @throws EnvironmentError if the engine's package or device is missing.
 */
export async function describeEngine(
  engine: EngineId,
  { threads }: { readonly threads?: number | undefined } = {},
): Promise<EngineDescription> {
  if (isGraphEngine(engine)) {
    const ort = await import('onnxruntime-node');
    return {
      engine,
      library: 'onnxruntime-node',
      version: ort.env.versions.node ?? ort.env.versions.common,
      device: engine === 'graph' ? 'cpu' : engine.replace('graph-', ''),
      threads: threads ?? availableParallelism(),
    };
  }
  return describeEagerEngine(engine);
}

async function describeEagerEngine(engine: Exclude<EngineId, `graph${string}`>): Promise<EngineDescription> {
  const tf = await import('./tf.js');
  const version = tf.version_core;
  switch (engine) {
    case 'cpu':
      return { engine, library: '@tensorflow/tfjs-backend-cpu', version, device: 'cpu', threads: 1 };
    case 'wasm':
      return { engine, library: '@tensorflow/tfjs-backend-wasm', version, device: 'cpu', threads: 1 };
    case 'webgpu': {
      const { loadWebgpu, webgpuAdapter } = await import('./engines/webgpu-backend.js');
      await loadWebgpu();
      const name = webgpuAdapter();
      const device = name ? `webgpu (${name})` : 'webgpu';
      return { engine, library: '@tensorflow/tfjs-backend-webgpu', version, device };
    }
    case 'tensorflow': {
      const { loadTensorflow } = await import('./engines/tensorflow-backend.js');
      const { package: found, libraryVersion, device } = loadTensorflow();
      return {
        engine,
        library: found.name,
        version: `${found.version} with libtensorflow ${libraryVersion}`,
        device: device === 'gpu' ? 'cuda' : 'cpu',
        threads: Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism(),
      };
    }
  }
}

/** `engine graph (onnxruntime-node 1.30.0, cpu, 2 threads)`. */
export function formatEngine({ engine, library, version, device, threads }: EngineDescription): string {
  const parts = [
    `${library} ${version}`,
    device,
    ...(threads === undefined ? [] : [`${threads} ${threads === 1 ? 'thread' : 'threads'}`]),
  ];
  return `engine ${engine} (${parts.join(', ')})`;
}
