import type { Compiled } from '@vosvfi/runtime';

/** Compiled functions by name; the one that was used longest ago makes room for a new one. */
export class CompiledCache {
  readonly #capacity: number;
  readonly #entries = new Map<string, Promise<Compiled>>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  async get(name: string, make: () => Promise<Compiled>): Promise<Compiled> {
    const entry = this.#entries.get(name) ?? make();
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    entry.catch(() => this.#entries.delete(name));
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#capacity && oldest !== undefined) {
      const removed = this.#entries.get(oldest);
      this.#entries.delete(oldest);
      await (await removed)?.dispose();
    }
    return entry;
  }

  async dispose(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const entry of entries) await (await entry).dispose();
  }
}
