import { type Program, webAssembly } from './web-assembly.js';

/** What WebAssembly's binary format calls what is used here (WebAssembly Core Specification 2.0, section 5). */
export const op = {
  block: [0x40],
  loop: [0x03],
  branchIf: [0x0d, 0x00],
  end: [0x0b],
  localGet: (index: number) => [0x20, index],
  localSet: (index: number) => [0x21, index],
  localTee: (index: number) => [0x22, index],
  constant: (value: number) => [0x41, ...signed(value)],
  add: [0x6a],
  below: [0x49],
  load: [0x28, 0x02, 0x00],
  vectorLoad: (offset: number) => [0xfd, 0x00, 0x03, ...unsigned(offset)],
  vectorSpread: (offset: number) => [0xfd, 0x0a, 0x03, ...unsigned(offset)],
  vectorStore: (offset: number) => [0xfd, 0x0b, 0x03, ...unsigned(offset)],
  vectorConstant: (value: number) => [0xfd, 0x0c, ...twice(value)],
  vectorBelow: [0xfd, 0x49],
  vectorAnd: [0xfd, 0x4e],
  vectorAbsolute: [0xfd, 0xec, 0x01],
  vectorAdd: [0xfd, 0xf0, 0x01],
  vectorMultiply: [0xfd, 0xf2, 0x01],
} as const;

/** Types of locals: a 32-bit number, two float64. */
export const [INT32, VECTOR] = [0x7f, 0x7b];

/** LEB128 without a sign. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

/** LEB128 of a small number with a sign. */
function signed(value: number): number[] {
  return value < 64 ? [value] : [(value & 127) | 128, ...signed(value >> 7)];
}

/** A float64 in both halves of a vector. */
function twice(value: number): number[] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value, true);
  const bytes = [...new Uint8Array(view.buffer)];
  return [...bytes, ...bytes];
}

/** Adds a constant to a local. */
export function step(local: number, bytes: number): number[] {
  return [...op.localGet(local), ...op.constant(bytes), ...op.add, ...op.localSet(local)];
}

/** Runs `body` once, and again as long as `local` is below `limit`, another local. */
export function repeatWhileBelow(local: number, limit: number, body: readonly number[]): number[] {
  const again = [...op.localGet(local), ...op.localGet(limit), ...op.below, ...op.branchIf];
  return [...op.loop, ...op.block, ...body, ...again, ...op.end];
}

/** One function on a memory that it is given: its arguments, which are 32-bit numbers, then its locals. */
export interface KernelCode {
  readonly parameters: number;
  /** How many there are of each type, in the order of their numbers. */
  readonly locals: readonly (readonly [count: number, type: number])[];
  readonly body: readonly number[];
}

/** Compiles a kernel: by WebAssembly's vector instructions, which every Node and browser has. */
export function assemble({ parameters, locals, body }: KernelCode): Program {
  const code = [...vector(locals.map(([count, type]) => [count, type])), ...body, ...op.end];
  const types = vector(new Array<number[]>(parameters).fill([INT32]));
  return new webAssembly.Module(
    Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      ...section(1, [1, 0x60, ...types, 0]),
      ...section(2, [1, ...name('host'), ...name('memory'), 0x02, 0x00, 0x01]),
      ...section(3, [1, 0]),
      ...section(7, [1, ...name('run'), 0x00, 0]),
      ...section(10, [1, ...unsigned(code.length), ...code]),
    ]),
  );
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [items.length, ...items.flat()];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function name(text: string): number[] {
  return [text.length, ...[...text].map((letter) => letter.charCodeAt(0))];
}
