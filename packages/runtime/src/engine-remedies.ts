import type { EngineId } from './engine.js';
import { adapterRemedy } from './engines/adapter-remedy.js';

/** CUDA's provider is downloaded by the package's install script, for one platform. */
function cudaRemedy(): string {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return 'onnxruntime-node has the CUDA provider for Linux on x64 only; use engine graph-webgpu or graph.';
  }
  return (
    "Install NVIDIA's driver, CUDA 12 and cuDNN 9 (libcudart.so.12, libcublasLt.so.12, libcufft.so.11, libcudnn.so.9 " +
    'where the loader finds them, such as in LD_LIBRARY_PATH), then run: ' +
    'ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node'
  );
}

/** What makes an engine usable, where its own error does not say. */
export function remedyFor(engine: EngineId): string {
  switch (engine) {
    case 'graph':
      return 'Training and inference need it; there are binaries for Linux, macOS and Windows (x64 and arm64). Run: npm install onnxruntime-node';
    case 'graph-webgpu':
      return adapterRemedy();
    case 'graph-cuda':
      return cudaRemedy();
    case 'cpu':
      return 'It is for debugging. Run: npm install @tensorflow/tfjs';
    case 'wasm':
      return 'It is for debugging. Run: npm install @tensorflow/tfjs-backend-wasm';
    case 'webgpu':
      return `Run: npm install webgpu @tensorflow/tfjs-backend-webgpu. ${adapterRemedy()}`;
    case 'tensorflow':
      return 'Run: npm install @tensorflow/tfjs-node';
  }
}
