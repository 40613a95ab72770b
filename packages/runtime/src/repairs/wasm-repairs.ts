import * as tf from '@tensorflow/tfjs';
import { positiveAxis } from '../graph/broadcast.js';
import { channelsFirstToo, elementCondition, runningKernels, stridedSliceOfAll } from './common-repairs.js';
import { portableKernels } from './portable-kernels.js';
import { repaired } from './repair-kernel.js';
import { sidesOnly, windowKernels } from './wasm-windows.js';

interface Unary {
  readonly x: tf.Tensor;
}

/** Kernels that read bool as if an element had four bytes: integers, and back. */
const onIntegers = (kernel: string) =>
  repaired<Unary, object>(kernel, ({ x }, attributes, original) => {
    if (x.dtype !== 'bool') return original({ x }, attributes);
    return tf.cast(original({ x: tf.cast(x, 'int32') }, attributes), 'bool');
  });

const matrixProduct = repaired<{ a: tf.Tensor; b: tf.Tensor }, object>(
  'BatchMatMul',
  ({ a, b }, attributes, original) => {
    const dtype = tf.upcastType(a.dtype, b.dtype);
    const product = original({ a: tf.cast(a, 'float32'), b: tf.cast(b, 'float32') }, attributes);
    return dtype === 'float32' ? product : tf.cast(product, 'int32');
  },
);

interface FusedAttrs {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly activation?: tf.fused.Activation | null;
  readonly leakyreluAlpha?: number;
}

interface FusedInputs {
  readonly a: tf.Tensor;
  readonly b: tf.Tensor;
  readonly bias?: tf.Tensor;
  readonly preluActivationWeights?: tf.Tensor;
}

function activated(y: tf.Tensor, { preluActivationWeights }: FusedInputs, attributes: FusedAttrs): tf.Tensor {
  switch (attributes.activation ?? 'linear') {
    case 'relu':
      return tf.relu(y);
    case 'relu6':
      return tf.relu6(y);
    case 'elu':
      return tf.elu(y);
    case 'sigmoid':
      return tf.sigmoid(y);
    case 'leakyrelu':
      return tf.leakyRelu(y, attributes.leakyreluAlpha);
    case 'prelu':
      return tf.prelu(y, preluActivationWeights as tf.Tensor);
    default:
      return y;
  }
}

/** Forgets to turn its second factor where both are to be turned. */
const fusedMatrixProduct = repaired<FusedInputs, FusedAttrs>('_FusedMatMul', (inputs, attributes) => {
  const product = tf.matMul(inputs.a, inputs.b, attributes.transposeA, attributes.transposeB);
  return activated(inputs.bias ? tf.add(product, inputs.bias) : product, inputs, attributes);
});

/** Gathers of whole batches: one flat axis for batch, outer axes and the gathered one. */
const gather = repaired<{ x: tf.Tensor; indices: tf.Tensor }, { axis: number; batchDims?: number }>(
  'GatherV2',
  (inputs, attributes, original) => {
    const { x, indices } = inputs;
    const { batchDims = 0 } = attributes;
    if (batchDims === 0) return original({ ...inputs }, attributes);
    const axis = positiveAxis(attributes.axis, x.rank);
    const size = tf.util.sizeFromShape;
    const batch = size(x.shape.slice(0, batchDims));
    const outer = size(x.shape.slice(batchDims, axis));
    const extent = x.shape[axis] as number;
    const rows = tf.reshape(x, [batch * outer * extent, size(x.shape.slice(axis + 1))]);
    const starts = tf.reshape(tf.range(0, batch * outer * extent, extent, 'int32'), [batch, outer, 1]);
    const places = tf.add(starts, tf.reshape(indices, [batch, 1, size(indices.shape.slice(batchDims))]));
    const gathered = tf.gather(rows, tf.reshape(places, [-1]));
    const shape = [...x.shape.slice(0, axis), ...indices.shape.slice(batchDims), ...x.shape.slice(axis + 1)];
    return tf.reshape(gathered, shape);
  },
);

interface OneHotAttrs {
  readonly depth: number;
  readonly onValue: number;
  readonly offValue: number;
  readonly dtype?: tf.DataType;
}

/** What the back-end `wasm` lacks or has wrong. */
export const wasmRepairs = [
  ...portableKernels,
  ...runningKernels,
  ...windowKernels,
  ...['Conv2D', 'FusedConv2D', 'DepthwiseConv2dNative', 'FusedDepthwiseConv2D'].map((kernel) =>
    channelsFirstToo(kernel, sidesOnly),
  ),
  stridedSliceOfAll,
  onIntegers('Reverse'),
  matrixProduct,
  fusedMatrixProduct,
  gather,
  repaired<{ condition: tf.Tensor; t: tf.Tensor; e: tf.Tensor }, object>('Select', (inputs, attributes, original) => {
    const { t, e } = inputs;
    const dtype = tf.upcastType(t.dtype, e.dtype);
    const work = dtype === 'bool' ? 'int32' : dtype;
    const condition = elementCondition(inputs);
    const chosen = original({ condition, t: tf.cast(t, work), e: tf.cast(e, work) }, attributes);
    return tf.cast(chosen, dtype);
  }),
  // Lose NaN on one side.
  ...['Maximum', 'Minimum'].map((kernel) =>
    repaired<{ a: tf.Tensor; b: tf.Tensor }, object>(kernel, (inputs, attributes, original) => {
      const { a, b } = inputs;
      const chosen = original({ ...inputs }, attributes);
      if (a.dtype !== 'float32' || b.dtype !== 'float32') return chosen;
      return tf.where(tf.logicalOr(tf.isNaN(a), tf.isNaN(b)), tf.add(a, b), chosen);
    }),
  ),
  // Copies bytes instead of asking what is zero.
  repaired<Unary, { dtype: tf.DataType }>('Cast', ({ x }, attributes, original) => {
    if (attributes.dtype !== 'bool' || x.dtype === 'bool') return original({ x }, attributes);
    return tf.notEqual(x, tf.zerosLike(x));
  }),
  // Takes the bits of integers for floats.
  repaired<Unary, { clipValueMin: number; clipValueMax: number }>('ClipByValue', ({ x }, attributes, original) => {
    if (x.dtype === 'float32') return original({ x }, attributes);
    const bound = (value: number) => tf.scalar(value, 'int32');
    return tf.minimum(tf.maximum(x, bound(attributes.clipValueMin)), bound(attributes.clipValueMax));
  }),
  repaired<{ a: tf.Tensor; b: tf.Tensor }, object>('FloorDiv', (inputs, attributes, original) =>
    tf.cast(original({ ...inputs }, attributes), 'int32'),
  ),
  // Loses the digits of small numbers.
  repaired<Unary, object>('Log1p', ({ x }) => {
    const near = tf.mul(tf.atanh(tf.div(x, tf.add(x, 2))), 2);
    return tf.where(tf.less(tf.abs(x), 0.5), near, tf.log(tf.add(x, 1)));
  }),
  // Writes integers, whatever it is asked for.
  repaired<{ indices: tf.Tensor }, OneHotAttrs>('OneHot', (inputs, attributes, original) => {
    const { onValue, offValue, dtype = 'float32' } = attributes;
    const hits = original({ ...inputs }, { ...attributes, onValue: 1, offValue: 0, dtype: 'int32' });
    if (onValue === 1 && offValue === 0) return tf.cast(hits, dtype);
    const spread = tf.mul(tf.cast(hits, 'float32'), onValue - offValue);
    return tf.cast(tf.add(spread, offValue), dtype);
  }),
];
