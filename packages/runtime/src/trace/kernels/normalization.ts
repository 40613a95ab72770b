import { positiveAxis } from '../../graph/broadcast.js';
import type * as tf from '../../tf.js';
import { lowering } from '../lowering.js';
import { sliceNode } from './slicing.js';

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
  // ONNX has sums only: every round multiplies by the products that end `shift` before, and doubles what is covered.
  lowering<{ x: tf.TensorInfo }, { axis: number; exclusive: boolean; reverse: boolean }>(
    'Cumprod',
    (call, { x }, { axis, exclusive, reverse }) => {
      const at = positiveAxis(axis, x.shape.length);
      const extent = x.shape[at] as number;
      const dtype = x.dtype === 'int32' ? 'int32' : 'float32';
      const shifted = (value: string, shift: number) => {
        const [start, end] = reverse ? [shift, extent] : [0, extent - shift];
        const ones = x.shape.map((_, i) => (i === at ? shift : 0));
        const none = x.shape.map(() => 0);
        const pads = call.graph.int64(reverse ? [...none, ...ones] : [...ones, ...none]);
        const part = sliceNode(call.graph, value, [start], [end], [at]);
        return call.graph.node('Pad', [part, pads, call.scalar(1, dtype)]);
      };
      let value = exclusive ? shifted(call.as(x, dtype), 1) : call.as(x, dtype);
      for (let shift = 1; shift < extent; shift *= 2) value = call.graph.node('Mul', [value, shifted(value, shift)]);
      return value === call.name(x) ? call.same(x) : call.result(value);
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
