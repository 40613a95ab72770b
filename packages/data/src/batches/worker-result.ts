import { MediaError, VosvfiError } from '@vosvfi/core';
import type { MadeBatch } from './task.js';

/** What a worker answers: a batch, or what of a typed error survives being copied between threads. */
export type WorkerResult =
  | MadeBatch
  | { readonly failure: { readonly code: string; readonly message: string; readonly file?: string } };

/** @throws whatever is not a VOSVFI error. */
export function describeFailure(error: unknown): WorkerResult {
  if (!VosvfiError.isInstance(error)) throw error;
  const { code, message } = error;
  return { failure: error instanceof MediaError ? { code, message, file: error.file } : { code, message } };
}

/** The batch of a result. @throws the error it describes, with the same code. */
export function unwrap(result: WorkerResult): MadeBatch {
  if ('batch' in result) return result;
  const { code, message, file } = result.failure;
  if (file !== undefined) throw new MediaError(file, message.slice(file.length + 2));
  throw new VosvfiError(code, message);
}
