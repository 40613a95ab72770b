import { type HostTensor, hostTensor, ShapeError } from '@vosvfi/core';

/** One remembered frame: keys [1, N, C] and values [K, N, V]. */
export interface RememberedFrame {
  readonly keys: HostTensor;
  readonly values: HostTensor;
}

/**
 * Remembered frames of a sequence, and at most one temporary one, which lasts until the next frame is added.
 * Grows by one frame with each permanent addition.
 */
export class MemoryBank {
  readonly #frames: RememberedFrame[] = [];
  #temporary: RememberedFrame | undefined;
  #joined: RememberedFrame | undefined;

  add(frame: RememberedFrame, isTemporary: boolean): void {
    this.#joined = undefined;
    this.#temporary = isTemporary ? frame : undefined;
    if (!isTemporary) this.#frames.push(frame);
  }

  /**
   * All cells, frame after frame, the temporary one last.
   * @throws ShapeError if nothing has been remembered.
   */
  read(): RememberedFrame {
    const all = this.#temporary === undefined ? this.#frames : [...this.#frames, this.#temporary];
    if (all.length === 0) throw new ShapeError('MemoryBank', 'at least one frame', 'none');
    this.#joined ??= {
      keys: joinCells(all.map(({ keys }) => keys)),
      values: joinCells(all.map(({ values }) => values)),
    };
    return this.#joined;
  }
}

/** Joins tensors [R, N, C] along N. */
function joinCells(parts: readonly HostTensor[]): HostTensor {
  const [first] = parts as [HostTensor];
  if (parts.length === 1) return first;
  const [rows, , channels] = first.shape as [number, number, number];
  const cells = parts.reduce((sum, { shape }) => sum + shape[1]!, 0);
  const data = new Float32Array(rows * cells * channels);
  let offset = 0;
  for (let row = 0; row < rows; row++) {
    for (const part of parts) {
      const size = part.shape[1]! * channels;
      data.set(part.data.subarray(row * size, (row + 1) * size), offset);
      offset += size;
    }
  }
  return hostTensor(data, [rows, cells, channels]);
}
