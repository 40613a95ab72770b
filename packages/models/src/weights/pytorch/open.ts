import { CheckpointError } from '@vosvfi/core';
import { bytesPerElement, openForReading, readRange, type StoredTensor } from '@vosvfi/core/safetensors';
import type { PickleValue } from '../pickle/values.js';
import { readElements } from './container.js';
import { openLegacy } from './legacy.js';
import { type CheckpointTensor, gather } from './tensor.js';
import { openZip } from './zip.js';

/** A tensor that repeats elements (stride 0) may be at most this large, or as large as its file. */
const maxRepeatedBytes = 64 * 1024 * 1024;

/** An open PyTorch checkpoint. Tensors are read on demand. */
export interface PytorchFile {
  readonly path: string;
  /** What the checkpoint holds, as plain data with {@link CheckpointTensor}s in it. */
  readonly root: PickleValue;
  /** @throws CheckpointError if the file is cut off, damaged or lacks the tensor's storage. */
  read(tensor: CheckpointTensor): Promise<StoredTensor>;
  close(): Promise<void>;
}

/** True if `head`, the first bytes of a file, starts a zip archive. */
export function startsZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && head[2] === 0x03 && head[3] === 0x04;
}

/** True if `head` starts a pickle of protocol 2 or later, as the legacy format does. */
export function startsPickle(head: Uint8Array): boolean {
  return head[0] === 0x80 && head[1]! >= 2 && head[1]! <= 5;
}

/**
 * Opens a file written by `torch.save` (zip or legacy format) without running anything in it: only names that
 * weights need are accepted, and they only build data. Close it after use.
 * @throws CheckpointError naming the file and what is wrong, also for files with other names or operations.
 */
export async function openPytorch(path: string): Promise<PytorchFile> {
  const handle = await openForReading(path);
  try {
    const { size } = await handle.stat();
    const head = await readRange(handle, path, 0, Math.min(size, 4));
    if (!startsZip(head) && !startsPickle(head)) {
      throw new CheckpointError(
        path,
        'is not a PyTorch checkpoint: it starts neither like a zip archive nor like a pickle.',
      );
    }
    const container = startsZip(head) ? await openZip(handle, path) : await openLegacy(handle, path);
    return {
      path,
      root: container.root,
      read: async (tensor) => {
        const { storage, shape } = tensor;
        const bytes = tensor.length * bytesPerElement(storage.dtype);
        if (bytes > Math.max(size, maxRepeatedBytes)) {
          throw new CheckpointError(path, `a tensor of shape [${shape}] repeats elements up to ${bytes} bytes.`);
        }
        return gather(tensor, await readElements(handle, path, container, storage, tensor.range()));
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
