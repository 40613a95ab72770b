import type { Compiled } from '@vosvfi/runtime';

/** Compiled functions by name; the one that was used longest ago makes room for a new one. */
export class CompiledCache {
  readonly #capacity: number;
  readonly #entries = new Map<string, Promise<Compiled>>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  async get(name: string, make: () => Promise<Compiled>): Promise<Compiled> {
    const known = this.#entries.get(name);
    const entry = known ?? make();
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    if (known === undefined) await this.#makeRoom();
    try {
      return await entry;
    } catch (error) {
      this.#entries.delete(name);
      throw error;
    }
  }

  async #makeRoom(): Promise<void> {
    const [oldest] = this.#entries;
    if (this.#entries.size <= this.#capacity || oldest === undefined) return;
    this.#entries.delete(oldest[0]);
    await (await oldest[1]).dispose();
  }

  async dispose(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const entry of entries) await (await entry).dispose();
  }
}
