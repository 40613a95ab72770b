import * as tf from '../../src/tf.js';
import { GRAPH_BACKEND } from '../../src/trace/graph-backend-name.js';
import { traceBackend } from '../../src/trace/register.js';

/** Names of the graph engine's kernels, from the registry. */
export function loweredKernels(): string[] {
  traceBackend();
  return tf.getKernelsForBackend(GRAPH_BACKEND).map(({ kernelName }) => kernelName);
}

/** Notes every kernel that the graph engine is asked for from now on. */
export function watchKernels(): Set<string> {
  traceBackend();
  const called = new Set<string>();
  for (const kernel of tf.getKernelsForBackend(GRAPH_BACKEND)) {
    const { kernelFunc } = kernel;
    kernel.kernelFunc = (call) => {
      called.add(kernel.kernelName);
      return kernelFunc(call);
    };
  }
  return called;
}
