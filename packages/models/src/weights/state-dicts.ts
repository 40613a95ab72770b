import { extname } from 'node:path';
import { CheckpointError } from '@vosvfi/core';
import {
  openForReading,
  openSafetensors,
  readRange,
  type StoredTensor,
  type StoredTensorInfo,
} from '@vosvfi/core/safetensors';
import { PickleDict, PickleRecord, PickleTuple, type PickleValue } from './pickle/values.js';
import { openPytorch, startsPickle, startsZip } from './pytorch/open.js';
import { CheckpointTensor } from './pytorch/tensor.js';

/** A tensor that can be read from an open file. */
export interface TensorEntry extends StoredTensorInfo {
  read(): Promise<StoredTensor>;
}

/** Named tensors that belong together. */
export type StateDict = ReadonlyMap<string, TensorEntry>;

/** An open weights file of any known format. */
export interface StateDictFile {
  readonly path: string;
  /**
   * By place in the file: "" for the file itself, else keys joined with "/", such as "state_dict" in a training
   * checkpoint. Only dictionaries that hold a tensor directly.
   */
  readonly stateDicts: ReadonlyMap<string, StateDict>;
  close(): Promise<void>;
}

/** Checkpoints nest weights two or three levels deep; deeper dictionaries are optimizer states and the like. */
const maxDepth = 4;

function tensorsOf(dict: PickleDict, read: (tensor: CheckpointTensor) => Promise<StoredTensor>): StateDict {
  const entries = new Map<string, TensorEntry>();
  for (const [key, value] of dict.entries) {
    if (typeof key !== 'string' || !(value instanceof CheckpointTensor)) continue;
    entries.set(key, { dtype: value.storage.dtype, shape: value.shape, read: () => read(value) });
  }
  return entries;
}

function childrenOf(value: PickleValue): Iterable<readonly [PickleValue, PickleValue]> {
  if (value instanceof PickleDict) return value.entries;
  if (value instanceof PickleRecord) return value.attributes;
  if (value instanceof PickleTuple) return value.items.entries();
  return Array.isArray(value) ? value.entries() : [];
}

/** Every dictionary with tensors, each visited once, so that shared and cyclic values cost nothing. */
function findStateDicts(
  root: PickleValue,
  read: (tensor: CheckpointTensor) => Promise<StoredTensor>,
): Map<string, StateDict> {
  const found = new Map<string, StateDict>();
  const visited = new Set<PickleValue>();
  const visit = (value: PickleValue, place: readonly string[]): void => {
    if (place.length > maxDepth || visited.has(value)) return;
    if (value instanceof PickleDict) {
      const tensors = tensorsOf(value, read);
      if (tensors.size > 0) found.set(place.join('/'), tensors);
    }
    for (const [key, child] of childrenOf(value)) {
      if (typeof child !== 'object' || child === null) continue;
      visited.add(value);
      visit(child, [...place, String(key)]);
    }
  };
  visit(root, []);
  return found;
}

async function openPytorchDicts(path: string): Promise<StateDictFile> {
  const file = await openPytorch(path);
  return { path, stateDicts: findStateDicts(file.root, (tensor) => file.read(tensor)), close: () => file.close() };
}

async function openSafetensorsDict(path: string): Promise<StateDictFile> {
  const file = await openSafetensors(path);
  const entries = [...file.tensors].map(([name, { dtype, shape }]): [string, TensorEntry] => {
    return [name, { dtype, shape, read: () => file.read(name) }];
  });
  return { path, stateDicts: new Map([['', new Map(entries)]]), close: () => file.close() };
}

async function readHead(path: string): Promise<Uint8Array> {
  const handle = await openForReading(path);
  try {
    const { size } = await handle.stat();
    return await readRange(handle, path, 0, Math.min(size, 9));
  } finally {
    await handle.close();
  }
}

/** Extensions under which PyTorch checkpoints are usual. */
const pytorchExtensions = new Set(['.pth', '.pt', '.pkl', '.ckpt', '.bin', '.tar', '.mdl']);

/**
 * Opens a weights file, safetensors or PyTorch, as its content says. Close it after use.
 * @throws CheckpointError naming the file and what is wrong.
 */
export async function openStateDicts(path: string): Promise<StateDictFile> {
  const head = await readHead(path);
  if (startsZip(head) || startsPickle(head)) return openPytorchDicts(path);
  const extension = extname(path).toLowerCase();
  // A safetensors header is a JSON object after its 8-byte length.
  if (extension === '.safetensors' || (head[8] === 0x7b && !pytorchExtensions.has(extension))) {
    return openSafetensorsDict(path);
  }
  throw new CheckpointError(path, 'is neither a safetensors file nor a PyTorch checkpoint (zip or legacy).');
}
