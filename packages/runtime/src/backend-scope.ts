import { UnsupportedError, VosvfiError } from '@vosvfi/core';
import type { EngineId } from './engine.js';
import * as tf from './tf.js';

/**
 * Runs `body` with `backend` as tfjs's current back-end and puts the previous one back. The back-end must have been
 * initialized (or be one that initializes synchronously): only then does `setBackend` take effect before it returns.
 */
export function withBackend<T>(backend: string, body: () => T): T {
  const previous = tf.getBackend() as string | undefined;
  void tf.setBackend(backend);
  try {
    return body();
  } finally {
    void tf.setBackend(previous || 'cpu');
  }
}

/** Turns tfjs's "no such kernel" and "no such gradient" into an {@link UnsupportedError} that names engine and kernel. */
export function explainKernelError(error: unknown, engine: EngineId): unknown {
  if (!(error instanceof Error) || VosvfiError.isInstance(error)) return error;
  const kernel = /[Kk]ernel '([^']+)'/.exec(error.message)?.[1];
  if (kernel !== undefined) {
    return new UnsupportedError(`Engine "${engine}" has no kernel "${kernel}".`, {
      hint: engine === 'graph' ? 'Write the step with other ops, or as an operator.' : 'Use engine "graph" or "cpu".',
      cause: error,
    });
  }
  const gradient = /gradient function not found for ([\w:-]+)/.exec(error.message)?.[1];
  if (gradient !== undefined) {
    return new UnsupportedError(`Kernel "${gradient}" has no gradient.`, {
      hint: 'Wrap the call in tf.customGrad, or keep it out of the differentiated path.',
      cause: error,
    });
  }
  // What tfjs meets when it looks for the back-end that holds a tensor's values, and none does.
  if (/reading 'backend'|Tensor is disposed/.test(error.message)) {
    return new UnsupportedError('A tensor that was already disposed is used in a function.', {
      hint: 'Give it as an input or a weight, or make it inside.',
      cause: error,
    });
  }
  return error;
}
