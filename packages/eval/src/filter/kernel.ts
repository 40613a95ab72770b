import { type Program, type ProgramMemory, webAssembly } from './web-assembly.js';

/** Values that the kernel computes at a time: eight registers of two. */
export const LANES = 16;

/** Bytes of an entry of the kernel's list of taps: an offset in bytes (int32), and at 8 the weight (float64). */
export const TAP_BYTES = 16;

/**
 * `out[i] = sum of weight * source[i + offset]` over a list of taps, in the list's order, in float64. All arguments are bytes
 * in `memory`; `out` is written in steps of {@link LANES} values until `end` is reached.
 */
export type WindowKernel = (source: number, out: number, end: number, taps: number, tapsEnd: number) => void;

/** What WebAssembly's binary format calls what is used here (WebAssembly Core Specification 2.0, section 5). */
const op = {
  block: [0x40],
  loop: [0x03],
  branchIf: [0x0d, 0x00],
  end: [0x0b],
  localGet: (index: number) => [0x20, index],
  localSet: (index: number) => [0x21, index],
  constant: (value: number) => [0x41, ...signed(value)],
  add: [0x6a],
  below: [0x49],
  load: [0x28, 0x02, 0x00],
  vectorLoad: (offset: number) => [0xfd, 0x00, 0x03, ...unsigned(offset)],
  vectorSpread: (offset: number) => [0xfd, 0x0a, 0x03, ...unsigned(offset)],
  vectorStore: (offset: number) => [0xfd, 0x0b, 0x03, ...unsigned(offset)],
  vectorZero: [0xfd, 0x0c, ...new Array<number>(16).fill(0)],
  vectorAdd: [0xfd, 0xf0, 0x01],
  vectorMultiply: [0xfd, 0xf2, 0x01],
} as const;

const [INT32, VECTOR] = [0x7f, 0x7b];
const vectors = Array.from({ length: LANES / 2 }, (_, i) => i);
const [source, out, end, taps, tapsEnd] = [0, 1, 2, 3, 4];
const [tap, place, weight] = [5, 6, 7];
const sum = (vector: number): number => 8 + vector;

/** LEB128 without a sign. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

/** LEB128 of a small number with a sign. */
function signed(value: number): number[] {
  return value < 64 ? [value] : [(value & 127) | 128, ...signed(value >> 7)];
}

function step(local: number, bytes: number): number[] {
  return [...op.localGet(local), ...op.constant(bytes), ...op.add, ...op.localSet(local)];
}

function repeatWhileBelow(local: number, limit: number, body: readonly number[]): number[] {
  const again = [...op.localGet(local), ...op.localGet(limit), ...op.below, ...op.branchIf];
  return [...op.loop, ...op.block, ...body, ...again, ...op.end];
}

const addTap = [
  ...op.localGet(source),
  ...op.localGet(tap),
  ...op.load,
  ...op.add,
  ...op.localSet(place),
  ...op.localGet(tap),
  ...op.vectorSpread(8),
  ...op.localSet(weight),
  ...vectors.flatMap((vector) => [
    ...op.localGet(sum(vector)),
    ...op.localGet(weight),
    ...op.localGet(place),
    ...op.vectorLoad(16 * vector),
    ...op.vectorMultiply,
    ...op.vectorAdd,
    ...op.localSet(sum(vector)),
  ]),
  ...step(tap, TAP_BYTES),
];

const computeLanes = [
  ...vectors.flatMap((vector) => [...op.vectorZero, ...op.localSet(sum(vector))]),
  ...op.localGet(taps),
  ...op.localSet(tap),
  ...repeatWhileBelow(tap, tapsEnd, addTap),
  ...vectors.flatMap((vector) => [...op.localGet(out), ...op.localGet(sum(vector)), ...op.vectorStore(16 * vector)]),
  ...step(source, 8 * LANES),
  ...step(out, 8 * LANES),
];

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function moduleBytes(): Uint8Array<ArrayBuffer> {
  const locals = [3, 2, INT32, 1, VECTOR, vectors.length, VECTOR];
  const body = [...locals, ...repeatWhileBelow(out, end, computeLanes), ...op.end];
  const name = (text: string): number[] =>
    [text.length, ...text].map((c) => (typeof c === 'string' ? c.charCodeAt(0) : c));
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [1, 0x60, 5, INT32, INT32, INT32, INT32, INT32, 0]),
    ...section(2, [1, ...name('host'), ...name('memory'), 0x02, 0x00, 0x01]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('run'), 0x00, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}

let compiled: Program | undefined;

/** The kernel on a memory of its own: compiled once, by WebAssembly's vector instructions, which every Node and browser has. */
export function createWindowKernel(memory: ProgramMemory): WindowKernel {
  compiled ??= new webAssembly.Module(moduleBytes());
  const { run } = new webAssembly.Instance(compiled, { host: { memory } }).exports;
  return run as WindowKernel;
}
