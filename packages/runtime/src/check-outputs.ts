import { UnsupportedError } from '@vosvfi/core';
import * as tf from './tf.js';

const types: readonly string[] = ['float32', 'int32', 'bool'];

/**
 * @param name The function's, for the message; may be empty.
 * @throws UnsupportedError if a compiled function did not return a record of tensors that can leave it.
 */
export function assertTensors(results: unknown, name: string): asserts results is Record<string, tf.Tensor> {
  const subject = `The compiled function${name ? ` "${name}"` : ''}`;
  if (results instanceof Promise) {
    results.catch(() => undefined);
    throw new UnsupportedError(`${subject} is asynchronous.`, { hint: 'It must return its tensors directly.' });
  }
  if (typeof results !== 'object' || results === null || results instanceof tf.Tensor) {
    const found = results instanceof tf.Tensor ? 'a tensor' : String(results);
    throw new UnsupportedError(`${subject} must return a record of tensors, not ${found}.`);
  }
  const entries: [string, unknown][] = Object.entries(results);
  if (entries.length === 0) throw new UnsupportedError(`${subject} returns nothing.`);
  for (const [key, value] of entries) {
    if (!(value instanceof tf.Tensor)) {
      throw new UnsupportedError(`${subject} must return a record of tensors; "${key}" is not a tensor.`);
    }
    if (value.isDisposed) throw new UnsupportedError(`${subject} returns "${key}", which was already disposed.`);
    if (!types.includes(value.dtype)) {
      throw new UnsupportedError(`${subject} returns "${key}" of type "${value.dtype}".`, {
        hint: `Only ${types.join(', ')} leave a function.`,
      });
    }
  }
}
