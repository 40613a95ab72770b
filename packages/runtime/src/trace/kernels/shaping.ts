import { positiveAxis } from '../../graph/broadcast.js';
import * as tf from '../../tf.js';
import { lowering } from '../lowering.js';

interface Operand {
  readonly x: tf.TensorInfo;
}

/** Kernels that change shape, order or type but no number. */
export const shapingKernels = [
  lowering<Operand>('Identity', (call, { x }) => call.same(x)),
  lowering<Operand, { dtype: tf.DataType }>('Cast', (call, { x }, { dtype }) => {
    if (dtype === x.dtype) return call.same(x);
    return call.result(call.as(x, dtype as 'float32' | 'int32' | 'bool'));
  }),
  lowering<Operand, { shape: number[] }>('Reshape', (call, { x }, { shape }) => {
    const explicit = tf.util.inferFromImplicitShape(shape, tf.util.sizeFromShape(x.shape));
    return call.result(call.reshape(call.name(x), explicit));
  }),
  lowering<{ input: tf.TensorInfo }, { dim: number }>('ExpandDims', (call, { input }, { dim }) => {
    const shape = [...input.shape];
    shape.splice(positiveAxis(dim, shape.length + 1), 0, 1);
    return call.result(call.reshape(call.name(input), shape));
  }),
  lowering<Operand, { perm: number[] }>('Transpose', (call, { x }, { perm }) =>
    call.result(call.transpose(call.name(x), perm)),
  ),
  lowering<Operand, { reps: number[] }>('Tile', (call, { x }, { reps }) => {
    const stretches = reps.every((count, axis) => count === 1 || x.shape[axis] === 1);
    // Stretching single entries is broadcasting, which later passes can leave to the consumers.
    if (stretches) {
      const shape = x.shape.map((extent, axis) => extent * (reps[axis] as number));
      return call.result(call.graph.node('Expand', [call.name(x), call.graph.int64(shape)]));
    }
    return call.result(call.graph.node('Tile', [call.name(x), call.graph.int64(reps)]));
  }),
  lowering<Operand, { shape: number[] }>('BroadcastTo', (call, { x }, { shape }) =>
    call.result(call.graph.node('Expand', [call.name(x), call.graph.int64(shape)])),
  ),
  lowering<Record<string, tf.TensorInfo>, { axis: number }>('Concat', (call, inputs, { axis }) => {
    const tensors = Object.values(inputs);
    const shape = tensors[0]?.shape ?? [];
    const [first] = tf.util.parseAxisParam(axis, shape);
    return call.emit('Concat', tensors, { axis: first as number });
  }),
  lowering<Record<string, tf.TensorInfo>, { axis: number }>('Pack', (call, inputs, { axis }) => {
    const tensors = Object.values(inputs);
    const shape = [...(tensors[0]?.shape ?? [])];
    const at = positiveAxis(axis, shape.length + 1);
    shape.splice(at, 0, 1);
    const parts = tensors.map((tensor) => call.reshape(call.name(tensor), shape));
    return call.result(call.graph.node('Concat', parts, { axis: at }));
  }),
  lowering<{ value: tf.TensorInfo }, { axis: number }>('Unpack', (call, { value }, { axis }) => {
    const at = positiveAxis(axis, value.shape.length);
    const count = value.shape[at] as number;
    const shape = value.shape.filter((_, i) => i !== at);
    const sizes = call.graph.int64(new Array<number>(count).fill(1));
    const parts = call.graph.nodes('Split', [call.name(value), sizes], count, { axis: at });
    return parts.map((part) => call.result(call.reshape(part, shape)));
  }),
  lowering<Operand, { numOrSizeSplits: number | number[]; axis: number }>(
    'SplitV',
    (call, { x }, { numOrSizeSplits, axis }) => {
      const [at] = tf.util.parseAxisParam(axis, x.shape) as [number];
      const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, numOrSizeSplits, at);
      const parts = call.graph.nodes('Split', [call.name(x), call.graph.int64(sizes)], sizes.length, { axis: at });
      return parts.map((part) => call.result(part));
    },
  ),
];
