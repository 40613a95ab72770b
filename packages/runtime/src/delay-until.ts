import { defineOperator } from './define-operator.js';
import type * as tf from './tf.js';

const delayed = defineOperator<undefined>({
  name: 'delayUntil',
  outputShape: ([shape]) => [...(shape as readonly number[])],
  reference: ([x]) => (x as tf.Tensor).clone(),
  lower: (graph, [x, ready]) => {
    const { name, shape } = ready as { name: string; shape: readonly number[] };
    const all = (value: number) => graph.int64(shape.map(() => value));
    const axes = graph.int64(shape.map((_, axis) => axis));
    // One element, sliced off in place so that a picture keeps its layout.
    const first = shape.length === 0 ? name : graph.node('Slice', [name, all(0), all(1), axes, all(1)]);
    const broken = graph.node('IsNaN', [graph.node('Reshape', [first, graph.int64([1])])]);
    // Zero in any case, which only running it tells.
    const zero = graph.node('Mul', [graph.node('Cast', [broken], { to: INT64 }), graph.int64([0])]);
    return graph.node('Fence', [(x as { name: string }).name, zero]);
  },
});

/** ONNX's TensorProto.DataType code. */
const INT64 = 7;

/**
 * The values of `x`, which a compiled graph has only once `ready` has been computed, and which it takes for another
 * value than `x`: what is computed from it is neither merged with the same function of `x` nor done earlier. It copies
 * nothing. Elsewhere it is `x`. It has no gradient.
 *
 * @param x Any shape, float32.
 * @param ready Any shape with at least one element, float32.
 */
export function delayUntil<T extends tf.Tensor>(x: T, ready: tf.Tensor): T {
  return delayed([x, ready], undefined) as T;
}
