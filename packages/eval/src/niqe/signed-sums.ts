import { keepWorkspace } from '../simd/workspace.js';
import { createSignKernel } from './sign-kernel.js';

/** What an asymmetric distribution is fitted to. */
export interface SignedSums {
  /** Number of values, and of those below and above 0. */
  readonly count: number;
  readonly negatives: number;
  readonly positives: number;
  /** Sums of squares of the values below and above 0. */
  readonly negativeSquares: number;
  readonly positiveSquares: number;
  /** Sum of absolute values. */
  readonly absolutes: number;
}

/** A square part of a plane. */
export interface Block {
  readonly plane: Float64Array;
  /** Values of a row of the plane. */
  readonly width: number;
  readonly top: number;
  readonly left: number;
  /** Height and width of the block, even. */
  readonly size: number;
}

/** Bytes of a float64. */
const F64 = 8;
/** Where the kernel's result lies in memory, and what it has numbers for. */
const SUMS = 0;
const SUM_VALUES = 10;
const ONES = SUMS + SUM_VALUES * F64;

/** For NIQE it takes 128 KiB. */
const workspace = keepWorkspace(createSignKernel);

/**
 * Sums over a block's values, then over the products of each value with the one that a circular shift by (row, column)
 * brings to its place, for each of `shifts`, whose parts are -1 to 1 with a row of 0 or 1.
 */
export function signedSums(block: Block, shifts: readonly (readonly [number, number])[]): SignedSums[] {
  const { size } = block;
  const stride = size + 2;
  const padded = ONES + size * F64;
  const { memory, run } = workspace(padded + (size + 1) * stride * F64);
  new Float64Array(memory.buffer, ONES, size).fill(1);
  copyAround(block, new Float64Array(memory.buffer, padded, (size + 1) * stride));
  const first = padded + (stride + 1) * F64;
  const sumsWith = (other: number, otherStride: number): SignedSums => {
    run(first, first + size * stride * F64, stride * F64, other, otherStride * F64, size * F64, SUMS);
    return readSums(new Float64Array(memory.buffer, SUMS, SUM_VALUES), size * size);
  };
  const ofShift = ([row, column]: readonly [number, number]) => sumsWith(first - (row * stride + column) * F64, stride);
  return [sumsWith(ONES, 0), ...shifts.map(ofShift)];
}

/** Copies a block with its last row above it and, at the ends of each row, the value of the other end. */
function copyAround({ plane, width, top, left, size }: Block, out: Float64Array): void {
  const stride = size + 2;
  for (let y = 0; y <= size; y++) {
    const from = (top + ((y + size - 1) % size)) * width + left;
    const to = y * stride;
    out.set(plane.subarray(from, from + size), to + 1);
    out[to] = out[to + size]!;
    out[to + size + 1] = out[to + 1]!;
  }
}

function readSums(values: Float64Array, count: number): SignedSums {
  const sum = (index: number): number => values[2 * index]! + values[2 * index + 1]!;
  return {
    count,
    negativeSquares: sum(0),
    positiveSquares: sum(1),
    absolutes: sum(2),
    negatives: sum(3),
    positives: sum(4),
  };
}
