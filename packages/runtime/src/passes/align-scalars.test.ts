import { describe, expect, it } from 'vitest';
import * as tf from '../tf.js';
import { trace } from '../trace/trace.js';
import { alignScalars } from './align-scalars.js';
import { foldConstants } from './fold-constants.js';

describe('alignScalars', () => {
  it('gives numbers the rank of a tensor that ends in an axis of 1, and leaves others alone', () => {
    const graph = trace(
      ({ mask, image, row }) => ({
        rest: tf.sub(1, mask as tf.Tensor),
        bright: tf.greater(mask as tf.Tensor, 0.5),
        scaled: tf.mul(image as tf.Tensor, 3),
        sum: tf.add(row as tf.Tensor, 2),
        chosen: tf.where(tf.greater(mask as tf.Tensor, 0.5), mask as tf.Tensor, tf.scalar(7)),
        product: tf.mul(image as tf.Tensor, mask as tf.Tensor),
      }),
      { mask: { shape: [2, 4, 5, 1] }, image: { shape: [2, 4, 5, 3] }, row: { shape: [1] } },
    );
    // What tfjs spread over a whole tensor is a number again after folding.
    const aligned = alignScalars(foldConstants(graph));
    const shapes = (opType: string) =>
      aligned.nodes
        .filter((node) => node.opType === opType)
        .map((node) => node.inputs.map((input) => aligned.values.get(input)?.shape));
    expect(shapes('Sub')).toEqual([
      [
        [1, 1, 1, 1],
        [2, 4, 5, 1],
      ],
    ]);
    expect(shapes('Greater')).toEqual([
      [
        [2, 4, 5, 1],
        [1, 1, 1, 1],
      ],
    ]);
    expect(shapes('Mul')).toEqual([
      [[2, 4, 5, 3], []],
      [
        [2, 4, 5, 3],
        [2, 4, 5, 1],
      ],
    ]);
    expect(shapes('Add')).toEqual([[[1], [1]]]);
    expect(shapes('Where')).toEqual([
      [
        [2, 4, 5, 1],
        [2, 4, 5, 1],
        [1, 1, 1, 1],
      ],
    ]);
  });
});
