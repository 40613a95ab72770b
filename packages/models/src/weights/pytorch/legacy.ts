import type { FileHandle } from 'node:fs/promises';
import { CheckpointError } from '@vosvfi/core';
import { bytesPerElement, readRange } from '@vosvfi/core/safetensors';
import { unpickle } from '../pickle/unpickle.js';
import { PickleDict, PickleError, PickleTruncatedError, type PickleValue } from '../pickle/values.js';
import { type Container, explainPickle, maxPickleBytes, type StorageLocation } from './container.js';
import { resolveName, resolveStorage } from './names.js';
import type { Storage } from './tensor.js';

const magicNumber = 0x1950a86a20f9469cfc6cn;
const formatVersion = 1001;

/** The five pickles at the start of a legacy file. */
interface Head {
  readonly root: PickleValue;
  /** Storages in file order. */
  readonly storages: readonly Storage[];
  readonly end: number;
}

function parseHead(bytes: Uint8Array): Head {
  const seen = new Map<string, Storage>();
  const persistent = (id: PickleValue): Storage => {
    const storage = resolveStorage(id);
    const known = seen.get(storage.key) ?? storage;
    if (known.dtype !== storage.dtype || known.length !== storage.length) {
      throw new PickleError(`describes storage "${storage.key}" in two ways`);
    }
    seen.set(storage.key, known);
    return known;
  };
  let end = 0;
  const next = (): PickleValue => {
    const result = unpickle(bytes, { global: resolveName, persistent }, end);
    end = result.end;
    return result.value;
  };
  if (next() !== magicNumber) throw new PickleError("does not start with PyTorch's magic number");
  const version = next();
  if (version !== formatVersion)
    throw new PickleError(`has format version ${String(version)}; known is ${formatVersion}`);
  const system = next();
  if (!(system instanceof PickleDict) || system.entries.get('little_endian') !== true) {
    throw new PickleError('was written on a machine of another byte order');
  }
  const root = next();
  const keys = next();
  if (!Array.isArray(keys)) throw new PickleError('lacks the list of its storages');
  return { root, storages: keys.map((key) => storageOf(seen, key)), end };
}

function storageOf(seen: ReadonlyMap<string, Storage>, key: PickleValue): Storage {
  const storage = typeof key === 'string' ? seen.get(key) : undefined;
  if (storage === undefined) throw new PickleError(`lists storage "${String(key)}", which no tensor uses`);
  return storage;
}

/** The pickles say nothing of their length, so ever longer beginnings of the file are tried. */
async function readHead(handle: FileHandle, path: string, fileBytes: number): Promise<Head> {
  for (let length = 2 ** 18; ; length *= 4) {
    const available = Math.min(length, fileBytes, maxPickleBytes);
    const bytes = await readRange(handle, path, 0, available);
    try {
      return parseHead(bytes);
    } catch (error) {
      if (error instanceof PickleTruncatedError && available === length) continue;
      throw explainPickle(path, error);
    }
  }
}

/** Each storage is a 64-bit number of elements, then the elements. */
async function locateStorages(handle: FileHandle, path: string, head: Head, fileBytes: number) {
  const locations = new Map<string, StorageLocation>();
  let position = head.end;
  for (const { key, dtype, length } of head.storages) {
    const count = new DataView((await readRange(handle, path, position, 8)).buffer).getBigInt64(0, true);
    if (count !== BigInt(length)) {
      throw new CheckpointError(path, `storage "${key}" has ${count} elements; expected ${length}.`);
    }
    const bytes = length * bytesPerElement(dtype);
    locations.set(key, { position: position + 8, bytes });
    position += 8 + bytes;
    if (position > fileBytes) {
      throw new CheckpointError(path, `ends at byte ${fileBytes} within storage "${key}", which ends at ${position}.`, {
        hint: 'The file is cut off; get it again.',
      });
    }
  }
  return locations;
}

/**
 * Opens the format of PyTorch before 1.6.
 * @throws CheckpointError naming what is wrong.
 */
export async function openLegacy(handle: FileHandle, path: string): Promise<Container> {
  const { size } = await handle.stat();
  const head = await readHead(handle, path, size);
  const locations = await locateStorages(handle, path, head, size);
  return {
    root: head.root,
    locate: ({ key }) => {
      const location = locations.get(key);
      if (location === undefined) throw new CheckpointError(path, `lacks storage "${key}".`);
      return location;
    },
  };
}
