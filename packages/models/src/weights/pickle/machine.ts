import type { ByteReader } from './byte-reader.js';
import {
  PickleDict,
  PickleError,
  PickleForbiddenError,
  PickleGlobal,
  PickleRecord,
  PickleTuple,
  type PickleValue,
} from './values.js';

/**
 * Most values and groups one pickle may make, so that a small hostile file cannot fill the memory with empty containers;
 * a checkpoint needs about 25 for a tensor.
 */
const maxValues = 4_000_000;

/** What a pickle's names and persistent ids stand for. Both throw {@link PickleError} for what is not permitted. */
export interface PickleResolvers {
  global(module: string, name: string): PickleValue;
  persistent(id: PickleValue): PickleValue;
}

/** The stack machine that a pickle drives. It only builds values of {@link PickleValue}. */
export class PickleMachine {
  readonly reader: ByteReader;
  readonly #resolvers: PickleResolvers;
  readonly #memo = new Map<number, PickleValue>();
  #stack: PickleValue[] = [];
  readonly #marked: PickleValue[][] = [];
  #made = 0;

  constructor(reader: ByteReader, resolvers: PickleResolvers) {
    this.reader = reader;
    this.#resolvers = resolvers;
  }

  fail(problem: string): never {
    throw new PickleError(`${problem} before byte ${this.reader.position} of the pickle`);
  }

  #count(): void {
    if (++this.#made > maxValues) this.fail(`makes more than ${maxValues} values`);
  }

  push(value: PickleValue): void {
    this.#count();
    this.#stack.push(value);
  }

  pop(): PickleValue {
    const value = this.#stack.pop();
    return value === undefined ? this.fail('takes a value from an empty stack') : value;
  }

  top(): PickleValue {
    const value = this.#stack.at(-1);
    return value === undefined ? this.fail('needs a value on an empty stack') : value;
  }

  mark(): void {
    this.#count();
    this.#marked.push(this.#stack);
    this.#stack = [];
  }

  /** What was pushed since the last mark. */
  popMark(): PickleValue[] {
    const items = this.#stack;
    this.#stack = this.#marked.pop() ?? this.fail('closes a group that was not opened');
    return items;
  }

  popTuple(length: number): PickleTuple {
    const items = Array.from({ length }, () => this.pop());
    return new PickleTuple(items.reverse());
  }

  put(index: number): void {
    this.#memo.set(index, this.top());
  }

  memoize(): void {
    this.put(this.#memo.size);
  }

  get(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) this.fail(`refers to value ${index}, which was not stored`);
    this.push(value);
  }

  append(items: readonly PickleValue[]): void {
    const list = this.top();
    if (!Array.isArray(list)) this.fail('appends to something that is not a list');
    for (const item of items) list.push(item);
  }

  add(items: readonly PickleValue[]): void {
    const set = this.top();
    if (!(set instanceof Set)) this.fail('adds to something that is not a set');
    for (const item of items) set.add(item);
  }

  setItems(items: readonly PickleValue[]): void {
    const dict = this.top();
    if (!(dict instanceof PickleDict)) this.fail('sets an item of something that is not a dictionary');
    if (items.length % 2 !== 0) this.fail('has a key without a value');
    for (let i = 0; i < items.length; i += 2) dict.entries.set(items[i]!, items[i + 1]!);
  }

  global(module: PickleValue, name: PickleValue): void {
    if (typeof module !== 'string' || typeof name !== 'string') this.fail('has a name that is not text');
    this.push(this.#resolvers.global(module, name));
  }

  persistent(): void {
    this.push(this.#resolvers.persistent(this.pop()));
  }

  /** Stands for a call: only what the resolver gave for a permitted name can be "called". */
  call(): void {
    const args = this.pop();
    const callee = this.pop();
    if (!(callee instanceof PickleGlobal)) throw new PickleForbiddenError('calls a value that is not a permitted name');
    if (!(args instanceof PickleTuple)) this.fail(`calls ${callee.name} with arguments that are not a tuple`);
    this.push(callee.make(args.items));
  }

  /** Attributes of dictionaries (PyTorch keeps version notes there) are dropped, those of records are kept as data. */
  build(): void {
    const state = this.pop();
    const target = this.top();
    if (target instanceof PickleDict) return;
    if (!(target instanceof PickleRecord)) throw new PickleForbiddenError('sets attributes of a value that has none');
    if (state instanceof PickleDict) for (const [key, value] of state.entries) target.attributes.set(key, value);
    else target.attributes.set('__state__', state);
  }
}
