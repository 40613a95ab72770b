import { PickleError, PickleTruncatedError } from './values.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const latin1 = new TextDecoder('latin1');

/** Longest integer that is read. */
const maxIntegerBytes = 256;

/** Reads a pickle's operands in order, never beyond the end. */
export class ByteReader {
  position: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, position: number) {
    this.position = position;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Moves on by `length` and gives the position before. */
  #advance(length: number): number {
    const start = this.position;
    if (length > this.#bytes.length - start) throw new PickleTruncatedError(`ends within the pickle, at byte ${start}`);
    this.position += length;
    return start;
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  /** A 64-bit length; one that no file can have reads as the end of the file. */
  length64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  /** Pickle's binary floats are big-endian. */
  float64(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  bytes(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.slice(start, start + length);
  }

  utf8(length: number): string {
    const start = this.#advance(length);
    try {
      return utf8.decode(this.#bytes.subarray(start, start + length));
    } catch {
      throw new PickleError(`has text that is not UTF-8 at byte ${start}`);
    }
  }

  latin1(length: number): string {
    const start = this.#advance(length);
    return latin1.decode(this.#bytes.subarray(start, start + length));
  }

  /** Text up to the next line feed, which is consumed. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.position);
    if (end < 0) throw new PickleTruncatedError(`ends within the pickle, at byte ${this.position}`);
    const text = this.latin1(end - this.position);
    this.position++;
    return text;
  }

  /** Two's complement little-endian integer of any length; a number where it is exact. */
  integer(length: number): number | bigint {
    if (length === 0) return 0;
    if (length > maxIntegerBytes) throw new PickleError(`has an integer of ${length} bytes`);
    const bytes = this.bytes(length);
    const hex = Buffer.from(bytes.reverse()).toString('hex');
    const value = BigInt.asIntN(8 * length, BigInt(`0x${hex}`));
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
}
