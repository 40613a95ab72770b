import * as tf from '@tensorflow/tfjs';
import { sizeOf } from '@vosvfi/core';

interface Operand {
  readonly tensor: tf.Tensor;
  readonly letters: readonly string[];
}

/**
 * Einstein sum of one or two tensors as a matrix product. Letters that only one operand has, and the result has not,
 * are summed first; the others are batch, contracted, or free.
 */
export function einsum(equation: string, tensors: readonly tf.Tensor[]): tf.Tensor {
  const [left, result] = equation.replaceAll(/\s/g, '').split('->') as [string, string];
  const wanted = [...result];
  const terms = left.split(',').map((term) => [...term]);
  const [a, b] = terms.map((letters, i) => {
    const others = terms.flatMap((term, j) => (i === j ? [] : term));
    return summed({ tensor: tensors[i] as tf.Tensor, letters }, [...wanted, ...others]);
  }) as [Operand, Operand | undefined];
  return b === undefined ? ordered(a, wanted) : ordered(product(a, b, wanted), wanted);
}

/** Sums over the letters that nobody else has. */
function summed({ tensor, letters }: Operand, needed: readonly string[]): Operand {
  const axes = letters.flatMap((letter, axis) => (needed.includes(letter) ? [] : [axis]));
  if (axes.length === 0) return { tensor, letters };
  return { tensor: tf.sum(tensor, axes), letters: letters.filter((letter) => needed.includes(letter)) };
}

function ordered({ tensor, letters }: Operand, wanted: readonly string[]): tf.Tensor {
  const order = wanted.map((letter) => letters.indexOf(letter));
  return order.every((axis, i) => axis === i) ? tensor.clone() : tf.transpose(tensor, order);
}

function product(a: Operand, b: Operand, wanted: readonly string[]): Operand {
  const shared = a.letters.filter((letter) => b.letters.includes(letter));
  const batch = shared.filter((letter) => wanted.includes(letter));
  const contracted = shared.filter((letter) => !wanted.includes(letter));
  const freeA = a.letters.filter((letter) => !shared.includes(letter));
  const freeB = b.letters.filter((letter) => !shared.includes(letter));
  const extents = (letters: readonly string[], { tensor, letters: own }: Operand) =>
    letters.map((letter) => tensor.shape[own.indexOf(letter)] as number);
  const matrix = (operand: Operand, rows: readonly string[], columns: readonly string[]) =>
    tf.reshape(ordered(operand, [...batch, ...rows, ...columns]), [
      sizeOf(extents(batch, operand)),
      sizeOf(extents(rows, operand)),
      sizeOf(extents(columns, operand)),
    ]);
  const multiplied = tf.matMul(matrix(a, freeA, contracted), matrix(b, contracted, freeB));
  return {
    tensor: tf.reshape(multiplied, [...extents(batch, a), ...extents(freeA, a), ...extents(freeB, b)]),
    letters: [...batch, ...freeA, ...freeB],
  };
}
