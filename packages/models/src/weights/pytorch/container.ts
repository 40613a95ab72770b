import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { CheckpointError } from '@vosvfi/core';
import { bytesPerElement, readRange } from '@vosvfi/core/safetensors';
import { PickleError, PickleForbiddenError, type PickleValue } from '../pickle/values.js';
import type { Storage } from './tensor.js';

/** Longest pickle that is read, in bytes: room for the names and shapes of 100 000 tensors. */
export const maxPickleBytes = 16 * 1024 * 1024;

/** Where a storage's bytes are in the file. */
export interface StorageLocation {
  readonly position: number;
  readonly bytes: number;
  /** Checksum of all bytes, where the format has one. */
  readonly crc32?: number;
}

/** An open checkpoint: its values, and where its storages are. */
export interface Container {
  readonly root: PickleValue;
  /** @throws CheckpointError if the file lacks the storage. */
  locate(storage: Storage): StorageLocation;
}

/** A CheckpointError for what the pickle reader found. Other errors are given back as they are. */
export function explainPickle(path: string, error: unknown): unknown {
  if (error instanceof PickleForbiddenError) {
    return new CheckpointError(path, `refused: the file ${error.message}.`, {
      hint: 'Nothing of it was run. Files that hold only weights do not need this; the file may be hostile.',
      cause: error,
    });
  }
  if (!(error instanceof PickleError)) return error;
  return new CheckpointError(path, `is damaged or no PyTorch checkpoint: it ${error.message}.`, { cause: error });
}

/**
 * Reads elements [begin, end) of a storage, or all of it, in which case its checksum is compared.
 * @throws CheckpointError if the file is cut off or damaged.
 */
export async function readElements(
  handle: FileHandle,
  path: string,
  container: Container,
  storage: Storage,
  { begin, end }: { readonly begin: number; readonly end: number },
): Promise<Uint8Array> {
  const width = bytesPerElement(storage.dtype);
  const location = container.locate(storage);
  if (location.bytes !== storage.length * width) {
    const expected = `${storage.length} elements of ${storage.dtype}`;
    throw new CheckpointError(path, `storage "${storage.key}" has ${location.bytes} bytes; expected ${expected}.`);
  }
  const bytes = await readRange(handle, path, location.position + begin * width, (end - begin) * width);
  if (location.crc32 !== undefined && bytes.length === location.bytes && crc32(bytes) !== location.crc32) {
    throw new CheckpointError(path, `storage "${storage.key}" does not have the checksum that the file names.`, {
      hint: 'The file is damaged; get it again.',
    });
  }
  return bytes;
}
