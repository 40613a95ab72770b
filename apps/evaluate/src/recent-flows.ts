/** A flow field. */
interface Field {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** Flows that were found last, and those being found, by what they are of. */
export class RecentFlows {
  readonly #limit: number;
  readonly #flows = new Map<string, Promise<Field>>();
  readonly #bytes = new Map<string, number>();
  #total = 0;

  /** @param limit Bytes of flows to keep; what was used longest ago goes first. Default 512 MiB. */
  constructor(limit = 512 * 2 ** 20) {
    this.#limit = limit;
  }

  /** The flow of `key`, found by `find` if it is not there. What fails is not kept. */
  async find(key: string, find: () => Promise<Field>): Promise<Field> {
    const known = this.#flows.get(key);
    if (known !== undefined) {
      // Last in order: used most recently.
      this.#flows.delete(key);
      this.#flows.set(key, known);
      return known;
    }
    const found = find().then(({ data, width, height }) => ({ data, width, height }));
    this.#flows.set(key, found);
    try {
      const { data } = await found;
      this.#bytes.set(key, data.byteLength);
      this.#total += data.byteLength;
      this.#forget();
    } catch (error) {
      this.#flows.delete(key);
      throw error;
    }
    return found;
  }

  #forget(): void {
    for (const key of [...this.#flows.keys()]) {
      if (this.#total <= this.#limit) return;
      const bytes = this.#bytes.get(key);
      // Without a size it is still being found.
      if (bytes === undefined) continue;
      this.#flows.delete(key);
      this.#bytes.delete(key);
      this.#total -= bytes;
    }
  }
}
