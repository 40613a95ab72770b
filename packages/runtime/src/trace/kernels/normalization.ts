import { positiveAxis } from '../../graph/broadcast.js';
import type * as tf from '../../tf.js';
import { lowering } from '../lowering.js';

interface BatchNormInputs {
  readonly x: tf.TensorInfo;
  readonly mean: tf.TensorInfo;
  readonly variance: tf.TensorInfo;
  readonly offset?: tf.TensorInfo | null;
  readonly scale?: tf.TensorInfo | null;
}

/** Softmax, running sums, top-k and batch normalization. */
export const normalizationKernels = [
  lowering<{ logits: tf.TensorInfo }, { dim: number }>('Softmax', (call, { logits }, { dim }) =>
    call.emit('Softmax', [logits], { axis: positiveAxis(dim, logits.shape.length) }),
  ),
  lowering<{ logits: tf.TensorInfo }, { axis: number }>('LogSoftmax', (call, { logits }, { axis }) =>
    call.emit('LogSoftmax', [logits], { axis: positiveAxis(axis, logits.shape.length) }),
  ),
  lowering<{ x: tf.TensorInfo }, { axis: number; exclusive: boolean; reverse: boolean }>(
    'Cumsum',
    (call, { x }, { axis, exclusive, reverse }) => {
      const at = call.graph.int64([positiveAxis(axis, x.shape.length)], []);
      const flags = { exclusive: exclusive ? 1 : 0, reverse: reverse ? 1 : 0 };
      return call.result(call.graph.node('CumSum', [call.name(x), at], flags));
    },
  ),
  lowering<{ x: tf.TensorInfo }, { k: number; sorted: boolean }>('TopK', (call, { x }, { k, sorted }) => {
    const [values, indices] = call.graph.nodes('TopK', [call.name(x), call.graph.int64([k])], 2, {
      axis: x.shape.length - 1,
      sorted: sorted ? 1 : 0,
    }) as [string, string];
    return [call.result(values), call.result(call.cast(indices, 'int32'))];
  }),
  lowering<BatchNormInputs, { varianceEpsilon: number }>('FusedBatchNorm', (call, inputs, { varianceEpsilon }) => {
    const { graph } = call;
    const variance = graph.node('Add', [call.name(inputs.variance), call.scalar(varianceEpsilon)]);
    const inverse = graph.node('Div', [call.scalar(1), graph.node('Sqrt', [variance])]);
    const gain = inputs.scale ? graph.node('Mul', [inverse, call.name(inputs.scale)]) : inverse;
    const centred = graph.node('Sub', [call.name(inputs.x), call.name(inputs.mean)]);
    const scaled = graph.node('Mul', [centred, gain]);
    return call.result(inputs.offset ? graph.node('Add', [scaled, call.name(inputs.offset)]) : scaled);
  }),
];
