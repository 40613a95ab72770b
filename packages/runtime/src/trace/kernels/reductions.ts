import * as tf from '../../tf.js';
import { type KernelCall, lowering } from '../lowering.js';

interface Operand {
  readonly x: tf.TensorInfo;
}

interface ReductionAttrs {
  readonly axis?: number | number[];
  readonly reductionIndices?: number | number[];
  readonly keepDims?: boolean;
}

function reduce(call: KernelCall, opType: string, x: string, shape: number[], attrs: ReductionAttrs): string {
  const axes = tf.util.parseAxisParam((attrs.axis ?? attrs.reductionIndices) as number | number[], shape);
  // Without axes ONNX reduces all of them, tfjs none.
  if (axes.length === 0) return x;
  return call.graph.node(opType, [x, call.graph.int64(axes)], { keepdims: attrs.keepDims ? 1 : 0 });
}

const reduction = (kernel: string, opType: string): tf.KernelConfig =>
  lowering<Operand, ReductionAttrs>(kernel, (call, { x }, attrs) => {
    const value = reduce(call, opType, call.name(x), x.shape, attrs);
    return value === call.name(x) ? call.same(x) : call.result(value);
  });

const logicalReduction = (kernel: string, opType: string): tf.KernelConfig =>
  lowering<Operand, ReductionAttrs>(kernel, (call, { x }, attrs) =>
    call.result(call.cast(reduce(call, opType, call.as(x, 'int32'), x.shape, attrs), 'bool')),
  );

const argument = (kernel: string): tf.KernelConfig =>
  lowering<Operand, { axis: number | number[] }>(kernel, (call, { x }, { axis }) => {
    const [first] = tf.util.parseAxisParam(axis, x.shape);
    const index = call.graph.node(kernel, [call.name(x)], { axis: first as number, keepdims: 0 });
    return call.result(call.cast(index, 'int32'));
  });

/** Reductions over axes. */
export const reductionKernels = [
  lowering<Operand, ReductionAttrs>('Mean', (call, { x }, attrs) => {
    const value = reduce(call, 'ReduceMean', call.as(x, 'float32'), x.shape, attrs);
    return value === call.name(x) ? call.same(x) : call.result(value);
  }),
  reduction('Sum', 'ReduceSum'),
  reduction('Max', 'ReduceMax'),
  reduction('Min', 'ReduceMin'),
  reduction('Prod', 'ReduceProd'),
  logicalReduction('All', 'ReduceMin'),
  logicalReduction('Any', 'ReduceMax'),
  argument('ArgMax'),
  argument('ArgMin'),
];
