import * as tf from '@tensorflow/tfjs';
import { defineGradient, summedTo } from './define-gradient.js';

interface MatrixAttrs {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** tfjs's own stops where batches broadcast. */
defineGradient<MatrixAttrs>('BatchMatMul', {
  inputs: ['a', 'b'],
  gradient: (dy, saved, { transposeA, transposeB }) => {
    const [a, b] = saved as [tf.Tensor, tf.Tensor];
    const slope = dy as tf.Tensor;
    const byA = () => (transposeA ? tf.matMul(b, slope, transposeB, true) : tf.matMul(slope, b, false, !transposeB));
    const byB = () => (transposeB ? tf.matMul(slope, a, true, transposeA) : tf.matMul(a, slope, !transposeA, false));
    return { a: () => summedTo(byA(), a.shape), b: () => summedTo(byB(), b.shape) };
  },
});

/** tfjs hands an Einsum's operands over by number. */
tf.registerGradient({
  kernelName: 'Einsum',
  saveAllInputs: true,
  gradFunc: (dy, saved, attributes) => {
    const { equation } = attributes as unknown as { equation: string };
    return Object.fromEntries(
      saved.map((_, index) => [String(index), () => operandGradient(equation, dy as tf.Tensor, saved, index)]),
    );
  },
});

/**
 * Gradient of one operand: the sum in which the result's letters and its own have changed places. Letters that occur
 * in it alone were summed, so that their gradient is the same along the whole axis.
 */
function operandGradient(equation: string, dy: tf.Tensor, operands: readonly tf.Tensor[], index: number): tf.Tensor {
  const [left, result] = equation.replaceAll(/\s/g, '').split('->') as [string, string];
  const terms = left.split(',');
  const own = terms[index] as string;
  const operand = operands[index] as tf.Tensor;
  const others = terms.flatMap((term, i) => (i === index ? [] : [{ term, tensor: operands[i] as tf.Tensor }]));
  const known = [...own].filter(
    (letter) => result.includes(letter) || others.some(({ term }) => term.includes(letter)),
  );
  const swapped = `${[result, ...others.map(({ term }) => term)].join(',')}->${known.join('')}`;
  const sum = tf.einsum(swapped, dy, ...others.map(({ tensor }) => tensor));
  const column = tf.reshape(
    sum,
    [...own].map((letter, axis) => (known.includes(letter) ? (operand.shape[axis] as number) : 1)),
  );
  return tf.mul(column, tf.onesLike(operand));
}
