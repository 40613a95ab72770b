import { UnsupportedError } from '@vosvfi/core';
import type * as tf from '../../tf.js';
import { type KernelCall, lowering } from '../lowering.js';

/** Swaps the last two axes. */
function transposed(call: KernelCall, x: tf.TensorInfo): string {
  const rank = x.shape.length;
  const perm = x.shape.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
  return call.transpose(call.name(x), perm);
}

/** Matrix product over the last two axes, batched over the others. */
export function multiply(
  call: KernelCall,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  transposeA: boolean,
  transposeB: boolean,
): string {
  const left = transposeA ? transposed(call, a) : call.name(a);
  const right = transposeB ? transposed(call, b) : call.name(b);
  return call.graph.node('MatMul', [left, right]);
}

/** Extent of every letter of an einsum equation. */
function einsumShape(equation: string, tensors: readonly tf.TensorInfo[]): number[] {
  const [left, right] = equation.replace(/\s/g, '').split('->');
  if (left === undefined || right === undefined || equation.includes('.')) {
    throw new UnsupportedError(`Einsum "${equation}" cannot be compiled.`, {
      hint: 'Write it with "->", without "...".',
    });
  }
  const extents = new Map<string, number>();
  left.split(',').forEach((letters, i) => {
    [...letters].forEach((letter, axis) => {
      extents.set(letter, tensors[i]?.shape[axis] as number);
    });
  });
  return [...right].map((letter) => extents.get(letter) as number);
}

/** Matrix products and Einstein sums. */
export const matrixKernels = [
  lowering<{ a: tf.TensorInfo; b: tf.TensorInfo }, { transposeA: boolean; transposeB: boolean }>(
    'BatchMatMul',
    (call, { a, b }, { transposeA, transposeB }) => call.result(multiply(call, a, b, transposeA, transposeB)),
  ),
  lowering<Record<string, tf.TensorInfo>, { equation: string }>('Einsum', (call, inputs, { equation }) => {
    const tensors = Object.values(inputs);
    const names = tensors.map((tensor) => call.name(tensor));
    const value = call.graph.node('Einsum', names, { equation });
    call.graph.declare(value, { shape: einsumShape(equation, tensors), dtype: 'float32' });
    return call.result(value);
  }),
];
