import { type FileHandle, open } from 'node:fs/promises';
import { CheckpointError } from '../errors.js';
import { maxHeaderBytes, notSafetensors, parseHeader } from './header.js';
import type { StoredTensor, TensorFile } from './stored.js';

/** Node reads at most 2 GiB at once. */
const maxChunkBytes = 2 ** 30;

/**
 * `length` bytes of an open file from `position`.
 * @throws CheckpointError if the file ends before.
 */
export async function readRange(
  handle: FileHandle,
  file: string,
  position: number,
  length: number,
): Promise<Uint8Array> {
  const cutOff = (end: number) =>
    new CheckpointError(file, `ends at byte ${end}, ${position + length - end} bytes too early.`, {
      hint: 'The file is cut off; get it again.',
    });
  const { size } = await handle.stat();
  // Before anything is allocated: a damaged file may name any length.
  if (position + length > size) throw cutOff(size);
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, Math.min(length - done, maxChunkBytes), position + done);
    if (bytesRead === 0) throw cutOff(position + done);
    done += bytesRead;
  }
  return bytes;
}

/**
 * Opens a file for reading.
 * @throws CheckpointError if it does not exist, is a folder or may not be read.
 */
export async function openForReading(path: string): Promise<FileHandle> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw new CheckpointError(path, code === 'ENOENT' ? 'no such file.' : `cannot be opened (${code}).`, { cause });
  }
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw new CheckpointError(path, 'is not a file.');
}

async function readHeader(handle: FileHandle, path: string) {
  const { size } = await handle.stat();
  if (size < 8) throw new CheckpointError(path, `has only ${size} bytes.`, { hint: notSafetensors });
  const prefix = await readRange(handle, path, 0, 8);
  const length = new DataView(prefix.buffer).getBigUint64(0, true);
  if (length > maxHeaderBytes || length > size - 8) {
    const limit = Math.min(maxHeaderBytes, size - 8);
    throw new CheckpointError(path, `says its header has ${length} bytes, at most ${limit} are possible.`, {
      hint: notSafetensors,
    });
  }
  const dataStart = 8 + Number(length);
  const text = await readRange(handle, path, 8, Number(length));
  return { ...parseHeader(path, text, size - dataStart), dataStart };
}

/**
 * Opens a safetensors file and checks its header; tensors are read on demand. Close it after use.
 * @throws CheckpointError naming the file and what is wrong.
 */
export async function openSafetensors(path: string): Promise<TensorFile> {
  const handle = await openForReading(path);
  try {
    const { entries, metadata, dataStart } = await readHeader(handle, path);
    return {
      path,
      tensors: entries,
      metadata,
      read: async (name) => {
        const entry = entries.get(name);
        if (entry === undefined) throw new CheckpointError(path, `has no tensor "${name}".`);
        const bytes = await readRange(handle, path, dataStart + entry.begin, entry.end - entry.begin);
        return { dtype: entry.dtype, shape: entry.shape, bytes };
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Reads a whole safetensors file; {@link toFloat32} and {@link toHostTensor} convert what it gives.
 * @throws CheckpointError naming the file and what is wrong.
 */
export async function readSafetensors(
  path: string,
): Promise<{ tensors: Map<string, StoredTensor>; metadata: Readonly<Record<string, string>> }> {
  const file = await openSafetensors(path);
  try {
    const tensors = new Map<string, StoredTensor>();
    for (const name of file.tensors.keys()) tensors.set(name, await file.read(name));
    return { tensors, metadata: file.metadata };
  } finally {
    await file.close();
  }
}
