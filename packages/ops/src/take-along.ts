import { defineOperator } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';

/** Shape of rows [N, M]. */
type Rows = readonly [count: number, length: number];

/** Index into the flat rows of places within each row, int32 [N, K]. */
export function flatPlaces(places: tf.Tensor, [count, length]: Rows): tf.Tensor {
  // Counted as integers: there are more than 2^24 entries, where float32 ends.
  return tf.add(places, tf.reshape(tf.range(0, count * length, length, 'int32'), [count, 1]));
}

/**
 * From every row x[n] of [N, M] the entries at places[n], int32 [N, K]: PyTorch's `gather(1, places)`. Without gradient.
 * In a compiled graph it is GatherElements, three times as fast as Gather of single numbers.
 */
export function takeAlong(x: tf.Tensor2D, places: tf.Tensor): tf.Tensor2D {
  return takeAlongRows([x, places], null) as tf.Tensor2D;
}

const takeAlongRows = defineOperator<null>({
  name: 'takeAlong',
  outputShape: ([, places]) => [...places!],
  reference: ([x, places]) => {
    const rows = x!.shape as [number, number];
    return tf.gather(tf.reshape(x!, [rows[0] * rows[1]]), flatPlaces(places!, rows));
  },
  lower: (graph, [x, places]) => graph.node('GatherElements', [x!.name, places!.name], { axis: 1 }),
});
