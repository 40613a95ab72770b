import { splat, splatConstant } from '../../graph/splat-constant.js';
import type * as tf from '../../tf.js';
import { type KernelCall, lowering } from '../lowering.js';

type Kind = 'float32' | 'int32' | 'bool';

const filled = (call: KernelCall, value: number, dtype: tf.DataType, shape: readonly number[]) =>
  call.result(splat(call.graph, value, dtype as Kind, shape));

function listed(call: KernelCall, values: ArrayLike<number>, dtype: 'float32' | 'int32'): tf.TensorInfo {
  const data = dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values);
  return call.result(splatConstant(call.graph, { dtype, shape: [data.length], data }));
}

/** Tensors whose values do not depend on other tensors. */
export const fillingKernels = [
  lowering<unknown, { shape: number[]; value: number; dtype?: tf.DataType }>('Fill', (call, _, attrs) =>
    filled(call, attrs.value, attrs.dtype ?? 'float32', attrs.shape),
  ),
  lowering<{ x: tf.TensorInfo }>('ZerosLike', (call, { x }) => filled(call, 0, x.dtype, x.shape)),
  lowering<{ x: tf.TensorInfo }>('OnesLike', (call, { x }) => filled(call, 1, x.dtype, x.shape)),
  lowering<unknown, { start: number; stop: number; step: number; dtype: 'float32' | 'int32' }>(
    'Range',
    (call, _, { start, stop, step, dtype }) => {
      const length = start === stop ? 0 : Math.max(0, Math.ceil((stop - start) / step));
      return listed(
        call,
        Array.from({ length }, (_unused, i) => start + i * step),
        dtype,
      );
    },
  ),
  lowering<unknown, { start: number; stop: number; num: number }>('LinSpace', (call, _, { start, stop, num }) =>
    listed(
      call,
      Array.from({ length: num }, (_unused, i) => start + (i * (stop - start)) / Math.max(1, num - 1)),
      'float32',
    ),
  ),
  lowering<{ indices: tf.TensorInfo }, { depth: number; onValue: number; offValue: number; dtype?: tf.DataType }>(
    'OneHot',
    (call, { indices }, { depth, onValue, offValue, dtype }) => {
      const kind = (dtype ?? 'float32') as Kind;
      const classes = call.graph.int32(
        Array.from({ length: depth }, (_, i) => i),
        [depth],
      );
      const column = call.reshape(call.as(indices, 'int32'), [...indices.shape, 1]);
      const hit = call.graph.node('Equal', [column, classes]);
      const work = kind === 'bool' ? 'int32' : kind;
      const value = call.graph.node('Where', [hit, call.scalar(onValue, work), call.scalar(offValue, work)]);
      return call.result(call.cast(value, kind));
    },
  ),
];
