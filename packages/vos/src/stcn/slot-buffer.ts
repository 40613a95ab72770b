/** Rows of one size side by side in one array, which grows by doubling. */
export class SlotBuffer {
  readonly #size: number;
  readonly #limit: number;
  #data: Float32Array;

  /**
   * @param size Numbers in a slot.
   * @param limit Most slots that there will be; may be infinite.
   */
  constructor(size: number, limit: number) {
    this.#size = size;
    this.#limit = limit;
    this.#data = new Float32Array(size);
  }

  /** A view of slot `place`; it is of no use once a later slot has made the array grow. */
  slot(place: number): Float32Array {
    const needed = (place + 1) * this.#size;
    if (needed > this.#data.length) {
      const slots = Math.max(place + 1, Math.min(this.#limit, (2 * this.#data.length) / this.#size));
      const grown = new Float32Array(slots * this.#size);
      grown.set(this.#data);
      this.#data = grown;
    }
    return this.#data.subarray(place * this.#size, needed);
  }

  /** A view of the first `count` slots, which exist. */
  first(count: number): Float32Array {
    return this.#data.subarray(0, count * this.#size);
  }
}
