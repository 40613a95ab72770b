/** Something that holds native memory. */
export interface Disposable {
  dispose(): Promise<void>;
}

interface Entry<T> {
  readonly item: Promise<T>;
  leases: number;
  /** Called when the last lease has ended, if somebody waits for that. */
  onFree?: () => void;
}

/**
 * Keeps the most recently used items and disposes of the rest. Items are lent for the time of a call: one that is in use
 * is not disposed of, and whoever asks for an item that is being made waits for it.
 */
export class LeaseCache<T extends Disposable> {
  readonly #capacity: number;
  /** In the order of their last use. */
  readonly #entries = new Map<string, Entry<T>>();
  /** Ends when the last removal has. */
  #removals: Promise<unknown> = Promise.resolve();
  /** What went wrong while disposing. */
  readonly #errors: unknown[] = [];

  /** @param capacity At least 1. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Calls `call`, which must not ask the cache again, with the item of `key`, which `make` makes if it is not there. */
  async use<R>(key: string, make: () => Promise<T>, call: (item: T) => Promise<R>): Promise<R> {
    const entry = this.#entryOf(key, make);
    entry.leases += 1;
    try {
      return await call(await entry.item);
    } finally {
      entry.leases -= 1;
      if (entry.leases === 0) entry.onFree?.();
    }
  }

  /** Disposes of everything, once it is free. Throws the first error that disposing of anything has met. */
  async clear(): Promise<void> {
    for (const key of [...this.#entries.keys()]) this.#remove(key);
    await this.#removals;
    if (this.#errors.length > 0) throw this.#errors[0];
  }

  #entryOf(key: string, make: () => Promise<T>): Entry<T> {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known;
    }
    // Room first, so that no more than the capacity is in memory while nothing outlives its turn.
    while (this.#entries.size >= this.#capacity) this.#remove(this.#entries.keys().next().value as string);
    const entry: Entry<T> = { item: this.#removals.then(make), leases: 0 };
    this.#entries.set(key, entry);
    entry.item.catch(() => {
      // Forgotten, so that the next call tries again.
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    });
    return entry;
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key) as Entry<T>;
    this.#entries.delete(key);
    const free =
      entry.leases === 0
        ? undefined
        : new Promise<void>((resolve) => {
            entry.onFree = resolve;
          });
    const made = entry.item.catch(() => undefined);
    this.#removals = Promise.all([this.#removals, free, made])
      .then(([, , item]) => item?.dispose())
      .catch((error: unknown) => {
        this.#errors.push(error);
      });
  }
}
