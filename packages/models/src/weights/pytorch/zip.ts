import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { CheckpointError } from '@vosvfi/core';
import { readRange } from '@vosvfi/core/safetensors';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';
import { unpickle } from '../pickle/unpickle.js';
import { type Container, explainPickle, maxPickleBytes, type StorageLocation } from './container.js';
import { resolveName, resolveStorage } from './names.js';

/** Gives a zip reader bytes of an open file. Damaged archives name any position, so every range is checked. */
class CheckedReader extends RandomAccessReader {
  readonly #handle: FileHandle;
  readonly #size: number;
  constructor(handle: FileHandle, size: number) {
    super();
    this.#handle = handle;
    this.#size = size;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    void this.#read(buffer, offset, length, position).then(
      () => callback(null),
      (error: Error) => callback(error),
    );
  }

  async #read(buffer: Buffer, offset: number, length: number, position: number): Promise<void> {
    if (!(position >= 0 && position + length <= this.#size)) {
      throw new RangeError(`it refers to bytes from ${position} of ${this.#size}`);
    }
    for (let done = 0; done < length; ) {
      const { bytesRead } = await this.#handle.read(buffer, offset + done, length - done, position + done);
      if (bytesRead === 0) throw new RangeError(`it ends at byte ${position + done}`);
      done += bytesRead;
    }
  }
}

/** Positions of all entries, by name without the archive's top folder. */
async function listEntries(path: string, zip: ZipFile): Promise<Map<string, StorageLocation>> {
  const entries = new Map<string, StorageLocation>();
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName.slice(entry.fileName.indexOf('/') + 1);
    if (entries.has(name)) throw new CheckpointError(path, `has two entries named "${name}".`);
    entries.set(name, await locateEntry(path, zip, entry));
  }
  return entries;
}

async function locateEntry(path: string, zip: ZipFile, entry: Entry): Promise<StorageLocation> {
  if (entry.compressionMethod !== 0 || entry.isEncrypted()) {
    throw new CheckpointError(path, `entry "${entry.fileName}" is compressed or encrypted.`, {
      hint: 'PyTorch stores entries as they are; unpack the archive if it was packed again.',
    });
  }
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  return { position: fileDataStart, bytes: entry.uncompressedSize, crc32: entry.crc32 };
}

async function readArchive(handle: FileHandle, path: string): Promise<Map<string, StorageLocation>> {
  try {
    const { size } = await handle.stat();
    const reader = new CheckedReader(handle, size);
    const zip = await fromRandomAccessReaderPromise(reader, size, { lazyEntries: true, autoClose: false });
    return await listEntries(path, zip);
  } catch (cause) {
    if (cause instanceof CheckpointError) throw cause;
    throw new CheckpointError(path, `is a damaged zip archive (${(cause as Error).message})`, {
      hint: 'It may be cut off; get it again.',
      cause,
    });
  }
}

async function readPickle(handle: FileHandle, path: string, entry: StorageLocation | undefined) {
  if (entry === undefined) {
    throw new CheckpointError(path, 'is a zip archive without "data.pkl", so not a PyTorch checkpoint.');
  }
  if (entry.bytes > maxPickleBytes) {
    throw new CheckpointError(
      path,
      `"data.pkl" has ${entry.bytes} bytes, more than the ${maxPickleBytes} that are read.`,
    );
  }
  const bytes = await readRange(handle, path, entry.position, entry.bytes);
  if (crc32(bytes) !== entry.crc32) throw new CheckpointError(path, '"data.pkl" does not have its checksum.');
  return bytes;
}

async function checkByteOrder(handle: FileHandle, path: string, entry: StorageLocation | undefined): Promise<void> {
  if (entry === undefined) return;
  const bytes = await readRange(handle, path, entry.position, Math.min(entry.bytes, 16));
  const order = new TextDecoder().decode(bytes);
  if (order !== 'little') throw new CheckpointError(path, `has byte order "${order}"; only "little" is read.`);
}

/**
 * Opens the zip format of PyTorch 1.6 and later.
 * @throws CheckpointError naming what is wrong.
 */
export async function openZip(handle: FileHandle, path: string): Promise<Container> {
  const entries = await readArchive(handle, path);
  await checkByteOrder(handle, path, entries.get('byteorder'));
  const bytes = await readPickle(handle, path, entries.get('data.pkl'));
  try {
    const { value } = unpickle(bytes, { global: resolveName, persistent: resolveStorage });
    return {
      root: value,
      locate: ({ key }) => {
        const entry = entries.get(`data/${key}`);
        if (entry === undefined) throw new CheckpointError(path, `lacks storage "${key}".`);
        return entry;
      },
    };
  } catch (error) {
    throw explainPickle(path, error);
  }
}
