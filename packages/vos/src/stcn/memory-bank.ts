import { type HostTensor, hostTensor } from '@vosvfi/core';
import { frameToForget, type MemoryEntry } from './memory-policy.js';
import { SlotBuffer } from './slot-buffer.js';

/** What a frame takes in memory. */
export interface MemoryShape {
  /** Places of a frame at 1/16. */
  readonly cells: number;
  readonly keyChannels: number;
  readonly valueChannels: number;
  readonly objects: number;
}

/** A frame that is to be remembered. */
export interface NewMemory extends MemoryEntry {
  /** True if it lasts only until the next frame is added. */
  readonly isTemporary: boolean;
}

/** Where the keys and values of one frame go: views [cells, keyChannels], and [cells, valueChannels] for each object. */
export interface MemorySlot {
  readonly keys: Float32Array;
  readonly values: readonly Float32Array[];
}

/** All cells: keys [1, N, keyChannels] and for each object values [1, N, valueChannels]. Views, not copies. */
export interface MemoryCells {
  readonly keys: HostTensor;
  readonly values: readonly HostTensor[];
}

/**
 * Remembered frames of objects that have been known for the same time, and at most one temporary frame, which lasts until
 * the next one is added. Frames lie side by side and are read where they are; a frame that is forgotten is overwritten,
 * so their order in memory, which no reading depends on, is not that of time.
 */
export class MemoryBank {
  readonly #shape: MemoryShape;
  readonly #limit: number;
  readonly #keys: SlotBuffer;
  readonly #values: readonly SlotBuffer[];
  /** Permanent frames in the order of time, with their slots. */
  readonly #frames: (MemoryEntry & { readonly slot: number })[] = [];
  #hasTemporary = false;

  /** @param limit Permanent frames, at least 2, or infinity. */
  constructor(shape: MemoryShape, limit: number) {
    const { cells, keyChannels, valueChannels, objects } = shape;
    this.#shape = shape;
    this.#limit = limit;
    this.#keys = new SlotBuffer(cells * keyChannels, limit + 1);
    this.#values = Array.from({ length: objects }, () => new SlotBuffer(cells * valueChannels, limit + 1));
  }

  /** Cells in memory, those of the temporary frame included. */
  get cells(): number {
    return this.#count() * this.#shape.cells;
  }

  /** Makes room for a frame, which must be filled in before anything is read. */
  add({ index, isGiven, isTemporary }: NewMemory): MemorySlot {
    this.#hasTemporary = isTemporary;
    if (isTemporary) return this.#slot(this.#frames.length);
    const entry = { index, isGiven, slot: this.#frames.length };
    this.#frames.push(entry);
    if (this.#frames.length <= this.#limit) return this.#slot(entry.slot);
    const [forgotten] = this.#frames.splice(frameToForget(this.#frames), 1);
    const { slot } = forgotten!;
    this.#frames[this.#frames.length - 1] = { index, isGiven, slot };
    return this.#slot(slot);
  }

  read(): MemoryCells {
    const { cells, keyChannels, valueChannels } = this.#shape;
    const count = this.#count();
    const view = (buffer: SlotBuffer, channels: number): HostTensor =>
      hostTensor(buffer.first(count), [1, count * cells, channels]);
    return {
      keys: view(this.#keys, keyChannels),
      values: this.#values.map((buffer) => view(buffer, valueChannels)),
    };
  }

  #count(): number {
    return this.#frames.length + (this.#hasTemporary ? 1 : 0);
  }

  #slot(place: number): MemorySlot {
    return { keys: this.#keys.slot(place), values: this.#values.map((buffer) => buffer.slot(place)) };
  }
}
