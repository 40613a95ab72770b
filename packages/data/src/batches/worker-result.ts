import { type HostTensor, MediaError, VosvfiError } from '@vosvfi/core';

/** What a worker answers: a batch, or what of a typed error survives being copied between threads. */
export type WorkerResult =
  | { readonly batch: Record<string, HostTensor> }
  | { readonly failure: { readonly code: string; readonly message: string; readonly file?: string } };

/** @throws whatever is not a VOSVFI error. */
export function describeFailure(error: unknown): WorkerResult {
  if (!VosvfiError.isInstance(error)) throw error;
  const { code, message } = error;
  return { failure: error instanceof MediaError ? { code, message, file: error.file } : { code, message } };
}

/** The batch of a result. @throws the error it describes, with the same code. */
export function unwrap(result: WorkerResult): Record<string, HostTensor> {
  if ('batch' in result) return result.batch;
  const { code, message, file } = result.failure;
  if (file !== undefined) throw new MediaError(file, message.slice(file.length + 2));
  throw new VosvfiError(code, message);
}
