import { ConfigError } from '@vosvfi/core';

/** Something that holds native memory. */
interface Disposable {
  dispose(): Promise<void>;
}

/** Keeps the most recently used items and disposes of the rest. Not for use by two callers at a time. */
export class SessionCache<T extends Disposable> {
  readonly #items = new Map<string, T>();
  readonly #capacity: number;

  /** @throws ConfigError unless `capacity` is a positive integer. */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new ConfigError('sessions', `expected a positive integer, found ${capacity}.`);
    }
    this.#capacity = capacity;
  }

  /** The item of `key`, made if it is not there. */
  async get(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#items.get(key);
    if (known !== undefined) {
      this.#items.delete(key);
      this.#items.set(key, known);
      return known;
    }
    // Room first, so that no more than `capacity` are ever in memory.
    while (this.#items.size >= this.#capacity) await this.#evict();
    const item = await make();
    this.#items.set(key, item);
    return item;
  }

  /** Disposes of everything. */
  async clear(): Promise<void> {
    while (this.#items.size > 0) await this.#evict();
  }

  async #evict(): Promise<void> {
    const [oldest] = this.#items;
    if (oldest === undefined) return;
    this.#items.delete(oldest[0]);
    await oldest[1].dispose();
  }
}
