import { assemble, INT32, op, repeatWhileBelow, step, VECTOR } from '../simd/assembler.js';
import { type Program, type ProgramMemory, startProgram } from '../simd/web-assembly.js';

/** Values that the kernel computes at a time: eight registers of two. */
export const LANES = 16;

/** Bytes of an entry of the kernel's list of taps: an offset in bytes (int32), and at 8 the weight (float64). */
export const TAP_BYTES = 16;

/**
 * `out[i] = sum of weight * source[i + offset]` over a list of taps, in the list's order, in float64. All arguments are bytes
 * in `memory`; `out` is written in steps of {@link LANES} values until `end` is reached.
 */
export type WindowKernel = (source: number, out: number, end: number, taps: number, tapsEnd: number) => void;

const vectors = Array.from({ length: LANES / 2 }, (_, i) => i);
const [source, out, end, taps, tapsEnd] = [0, 1, 2, 3, 4];
const [tap, place, weight] = [5, 6, 7];
const sum = (vector: number): number => 8 + vector;

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
  ...vectors.flatMap((vector) => [...op.vectorConstant(0), ...op.localSet(sum(vector))]),
  ...op.localGet(taps),
  ...op.localSet(tap),
  ...repeatWhileBelow(tap, tapsEnd, addTap),
  ...vectors.flatMap((vector) => [...op.localGet(out), ...op.localGet(sum(vector)), ...op.vectorStore(16 * vector)]),
  ...step(source, 8 * LANES),
  ...step(out, 8 * LANES),
];

let compiled: Program | undefined;

/** The kernel on a memory of its own; compiled once. */
export function createWindowKernel(memory: ProgramMemory): WindowKernel {
  compiled ??= assemble({
    parameters: 5,
    locals: [
      [2, INT32],
      [1, VECTOR],
      [vectors.length, VECTOR],
    ],
    body: repeatWhileBelow(out, end, computeLanes),
  });
  return startProgram(compiled, memory);
}
