import { assemble, INT32, op, repeatWhileBelow, step, VECTOR } from '../simd/assembler.js';
import { type Program, type ProgramMemory, startProgram } from '../simd/web-assembly.js';

/**
 * Sums over the products `source[i] * other[i]` of a raster, in float64: [5][2] float64 at `sums`, halves of each to be added:
 * squares of negative products, squares of positive ones, absolute values, number of negative and of positive ones.
 * All arguments are bytes in `memory`: `row` is the length of a row without what is padded to its end, a multiple of 16 above
 * 0; `stride` and `otherStride` are the distances of rows; `end` is where a row after the last one would begin in `source`.
 */
export type SignKernel = (
  source: number,
  end: number,
  stride: number,
  other: number,
  otherStride: number,
  row: number,
  sums: number,
) => void;

const [source, end, stride, other, otherStride, row, sums] = [0, 1, 2, 3, 4, 5, 6];
const [place, otherPlace, placeEnd] = [7, 8, 9];
const [product, square] = [10, 11];
const [negativeSquares, positiveSquares, absolutes, negatives, positives] = [12, 13, 14, 15, 16];
const totals = [negativeSquares, positiveSquares, absolutes, negatives, positives];

/** Adds what `value` leaves on the stack, where the product has a sign; `0` and the product are compared in that order. */
function addWhere(compared: readonly [readonly number[], readonly number[]], value: readonly number[], total: number) {
  return [
    ...op.localGet(total),
    ...compared[0],
    ...compared[1],
    ...op.vectorBelow,
    ...value,
    ...op.vectorAnd,
    ...op.vectorAdd,
    ...op.localSet(total),
  ];
}

const isNegative = [op.localGet(product), op.vectorConstant(0)] as const;
const isPositive = [op.vectorConstant(0), op.localGet(product)] as const;

const addTwo = [
  ...op.localGet(place),
  ...op.vectorLoad(0),
  ...op.localGet(otherPlace),
  ...op.vectorLoad(0),
  ...op.vectorMultiply,
  ...op.localTee(product),
  ...op.localGet(product),
  ...op.vectorMultiply,
  ...op.localSet(square),
  ...addWhere(isNegative, op.localGet(square), negativeSquares),
  ...addWhere(isPositive, op.localGet(square), positiveSquares),
  ...[...op.localGet(absolutes), ...op.localGet(product), ...op.vectorAbsolute, ...op.vectorAdd],
  ...op.localSet(absolutes),
  ...addWhere(isNegative, op.vectorConstant(1), negatives),
  ...addWhere(isPositive, op.vectorConstant(1), positives),
  ...step(place, 16),
  ...step(otherPlace, 16),
];

function moveBy(local: number, distance: number): number[] {
  return [...op.localGet(local), ...op.localGet(distance), ...op.add, ...op.localSet(local)];
}

const addRow = [
  ...[...op.localGet(source), ...op.localTee(place), ...op.localGet(row), ...op.add, ...op.localSet(placeEnd)],
  ...[...op.localGet(other), ...op.localSet(otherPlace)],
  ...repeatWhileBelow(place, placeEnd, addTwo),
  ...moveBy(source, stride),
  ...moveBy(other, otherStride),
];

let compiled: Program | undefined;

/** The kernel on a memory of its own; compiled once. */
export function createSignKernel(memory: ProgramMemory): SignKernel {
  compiled ??= assemble({
    parameters: 7,
    locals: [
      [3, INT32],
      [2 + totals.length, VECTOR],
    ],
    body: [
      ...repeatWhileBelow(source, end, addRow),
      ...totals.flatMap((total, i) => [...op.localGet(sums), ...op.localGet(total), ...op.vectorStore(16 * i)]),
    ],
  });
  return startProgram(compiled, memory);
}
