import * as tf from '@tensorflow/tfjs';
import { channelsFirstToo, runningKernels, select, stridedSlice } from './common-repairs.js';
import { einsum } from './einsum.js';
import { portableKernels } from './portable-kernels.js';
import { repairBackend, repaired } from './repair-kernel.js';

const repairs = [
  ...portableKernels,
  ...runningKernels,
  stridedSlice,
  select,
  ...['DepthToSpace', 'DepthwiseConv2dNative', 'FusedDepthwiseConv2D'].map((kernel) => channelsFirstToo(kernel)),
  // Axes that one operand alone has, and the result has not, keep an extent of one.
  repaired<Record<string, tf.Tensor>, { equation: string }>('Einsum', (inputs, { equation }) =>
    einsum(equation, Object.values(inputs)),
  ),
  // Makes floats of integers.
  repaired<{ x: tf.Tensor; segmentIds: tf.Tensor }, object>('UnsortedSegmentSum', (inputs, attributes, original) =>
    tf.cast(original({ ...inputs }, attributes), inputs.x.dtype),
  ),
  // Writes into its first operand.
  repaired<{ tensor: tf.Tensor; indices: tf.Tensor; updates: tf.Tensor }, object>(
    'TensorScatterUpdate',
    (inputs, attributes, original) => {
      const copy = tf.mul(inputs.tensor, tf.scalar(1, inputs.tensor.dtype));
      return original({ ...inputs, tensor: copy }, attributes);
    },
  ),
];

repairBackend('cpu', repairs);
