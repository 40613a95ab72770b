import fc from 'fast-check';
import * as tf from '../../src/tf.js';
import { integer, type Kind, shapes } from './draw.js';
import { type ParityCase, parityCase } from './trial.js';

const leading = shapes(0, 2, 3);

/** The last two axes exchanged. */
const swapped = (x: tf.Tensor) => tf.transpose(x, [...x.shape.slice(2).map((_, axis) => axis), x.rank - 1, x.rank - 2]);

/** Matrix products. */
export const matrixCases: readonly ParityCase[] = [
  parityCase(
    'BatchMatMul',
    fc.record({
      batch: leading,
      side: integer(0, 2),
      n: integer(1, 6),
      k: integer(1, 6),
      m: integer(1, 6),
      ta: fc.boolean(),
      tb: fc.boolean(),
      kind: fc.constantFrom<Kind[]>('smooth', 'smooth', 'int32'),
    }),
    ({ batch, side, n, k, m, ta, tb, kind }, values) => {
      const other = side === 0 ? batch : batch.map(() => 1);
      const [left, right] = side === 1 ? [other, batch] : [batch, other];
      return {
        inputs: [
          values.tensor([...left, ...(ta ? [k, n] : [n, k])], kind),
          values.tensor([...right, ...(tb ? [m, k] : [k, m])], kind),
        ],
        run: (a, b) => tf.matMul(a as tf.Tensor, b as tf.Tensor, ta, tb),
        reference: (a, b) => {
          const rows = tf.reshape(ta ? swapped(a as tf.Tensor) : (a as tf.Tensor), [...left, n, k, 1]);
          const columns = tf.reshape(tb ? swapped(b as tf.Tensor) : (b as tf.Tensor), [...right, 1, k, m]);
          return tf.sum(tf.mul(rows, columns), -2);
        },
        ...(kind === 'smooth' && { by: [0, 1] }),
      };
    },
  ),
  parityCase(
    'Einsum',
    fc.record({
      equation: fc.constantFrom(
        'ij,jk->ik',
        'bij,bkj->bik',
        'bhwc,bc->bhw',
        'ij->ji',
        'bij->b',
        'i,j->ij',
        'bic,bjc->bji',
        'ij,ij->',
        'bhwc,kc->bhwk',
        'bhwc,bi->bhw',
      ),
      extents: fc.record({
        i: integer(1, 4),
        j: integer(1, 4),
        k: integer(1, 4),
        b: integer(1, 3),
        h: integer(1, 3),
        w: integer(1, 3),
        c: integer(1, 4),
      }),
    }),
    ({ equation, extents }, values) => ({
      inputs: (equation.split('->')[0] as string)
        .split(',')
        .map((letters) => values.tensor([...letters].map((letter) => extents[letter as keyof typeof extents]))),
      run: (...tensors) => tf.einsum(equation, ...tensors),
      // All letters as axes of their own: a product, and a sum over those that the result has not.
      reference: (...tensors) => {
        const [left, result] = equation.split('->') as [string, string];
        const letters = [
          ...result,
          ...new Set([...left].filter((letter) => letter !== ',' && !result.includes(letter))),
        ];
        const spread = tensors.map((tensor, i) => {
          const own = [...(left.split(',')[i] as string)];
          const order = letters.filter((letter) => own.includes(letter));
          const moved = tf.transpose(
            tensor,
            order.map((letter) => own.indexOf(letter)),
          );
          return tf.reshape(
            moved,
            letters.map((letter) => (own.includes(letter) ? extents[letter as keyof typeof extents] : 1)),
          );
        });
        return tf.sum(
          spread.reduce((a, b) => tf.mul(a, b)),
          letters.slice(result.length).map((_, i) => result.length + i),
        );
      },
      by: equation.includes(',') ? [0, 1] : [0],
    }),
  ),
];
