import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EnvironmentError } from '@vosvfi/core';
import * as ort from 'onnxruntime-node';
import type { GraphEngineId } from '../engine.js';
import { adapterRemedy } from './adapter-remedy.js';
import { graphDevices } from './graph-device.js';

const require = createRequire(import.meta.url);

/** Folder of the installed package onnxruntime-node. */
function packageFolder(): string {
  return dirname(require.resolve('onnxruntime-node/package.json'));
}

/**
 * Asks only what can be known without starting the device.
 * @throws EnvironmentError saying what is missing and the command that brings it.
 */
export function assertProviderInstalled(engine: GraphEngineId): void {
  const { provider } = graphDevices[engine];
  const machine = `${process.platform} ${process.arch}`;
  if (!ort.listSupportedBackends().some(({ name }) => name === provider)) {
    throw new EnvironmentError(`Engine "${engine}": onnxruntime-node has no provider "${provider}" for ${machine}.`, {
      hint:
        provider === 'webgpu' ? 'Run: npm install onnxruntime-node@latest' : 'Use engine "graph-webgpu" or "graph".',
    });
  }
  if (provider !== 'cuda') return;
  const folder = packageFolder();
  const library = process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
  const path = join(folder, 'bin', 'napi-v6', process.platform, process.arch, library);
  if (existsSync(path)) return;
  throw new EnvironmentError(`Engine "${engine}": ONNX Runtime's CUDA provider is not installed (${path}).`, {
    hint: `It needs an NVIDIA card with CUDA 12 and cuDNN 9. Run: node ${join(folder, 'script', 'install.js')} --onnxruntime-node-install=cuda12`,
  });
}

/** What keeps a device from starting, as an error that says what to do; undefined if the error is about something else. */
export function explainDeviceError(error: unknown, engine: GraphEngineId): EnvironmentError | undefined {
  const message = error instanceof Error ? error.message : String(error);
  if (engine === 'graph-webgpu' && /WebGPU (adapter|device|instance)|WebGpuContext::Initialize/.test(message)) {
    return new EnvironmentError(`Engine "graph-webgpu" finds no graphics adapter: ${lastSentence(message)}`, {
      hint: adapterRemedy(),
      cause: error,
    });
  }
  if (engine === 'graph-cuda' && /CUDA|cuDNN|Cuda|cudnn/.test(message)) {
    return new EnvironmentError(`Engine "graph-cuda" cannot start: ${lastSentence(message)}`, {
      hint: 'Look whether the card is seen, with: nvidia-smi. CUDA 12 and cuDNN 9 must be on the library path.',
      cause: error,
    });
  }
  return undefined;
}

/** ONNX Runtime puts its source files' names before what it has to say. */
function lastSentence(message: string): string {
  return (message.trim().split(' was false. ').at(-1) as string).trim();
}
