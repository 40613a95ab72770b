import * as tf from '@tensorflow/tfjs';
import { einsum } from './einsum.js';
import { composed } from './repair-kernel.js';
import {
  depthwiseFilterGradient,
  depthwiseInputGradient,
  filterGradient,
  type WindowAttrs,
} from './window-gradients.js';

interface Pair {
  readonly a: tf.Tensor;
  readonly b: tf.Tensor;
}

/** Kernels that some back-ends lack, composed of ops that all have. */
export const portableKernels = [
  composed<{ x: tf.Tensor }, { shape: number[] }>('BroadcastTo', ({ x }, { shape }) => {
    const inner = [...new Array<number>(shape.length - x.rank).fill(1), ...x.shape];
    return tf.tile(
      tf.reshape(x, inner),
      shape.map((extent, axis) => (inner[axis] === extent ? 1 : extent)),
    );
  }),
  composed<{ logits: tf.Tensor }, { axis: number }>('LogSoftmax', ({ logits }, { axis }) => {
    const shifted = tf.sub(logits, tf.max(logits, axis, true));
    return tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), axis, true)));
  }),
  composed<Pair, unknown>('LogicalXor', ({ a, b }) => tf.notEqual(a, b)),
  composed<Record<string, tf.Tensor>, { equation: string }>('Einsum', (inputs, { equation }) =>
    einsum(equation, Object.values(inputs)),
  ),
  composed<{ x: tf.Tensor; segmentIds: tf.Tensor }, { numSegments: number }>(
    'UnsortedSegmentSum',
    ({ x, segmentIds }, { numSegments }) => segmentSum(x, segmentIds, numSegments),
  ),
  composed<{ x: tf.Tensor4D; dy: tf.Tensor4D }, WindowAttrs>('Conv2DBackpropFilter', ({ x, dy }, attributes) =>
    filterGradient(x, dy, attributes),
  ),
  composed<{ x: tf.Tensor4D; dy: tf.Tensor4D }, WindowAttrs>(
    'DepthwiseConv2dNativeBackpropFilter',
    ({ x, dy }, attributes) => depthwiseFilterGradient(x, dy, attributes),
  ),
  composed<{ dy: tf.Tensor4D; filter: tf.Tensor4D }, WindowAttrs>(
    'DepthwiseConv2dNativeBackpropInput',
    ({ dy, filter }, attributes) => depthwiseInputGradient(dy, filter, attributes),
  ),
];

/** Sums of rows, where rows of segments outside are dropped: they go to one row before and one behind. */
function segmentSum(x: tf.Tensor, segmentIds: tf.Tensor, numSegments: number): tf.Tensor {
  const inner = x.shape.slice(segmentIds.rank);
  const whole = (value: number) => tf.scalar(value, 'int32');
  // Not clipByValue, which takes the bits of integers for floats on some engines.
  const ids = tf.minimum(tf.maximum(segmentIds, whole(-1)), whole(numSegments));
  const rows = tf.reshape(tf.add(ids, whole(1)), [-1, 1]);
  const sums = tf.scatterND(rows, tf.reshape(x, [-1, ...inner]), [numSegments + 2, ...inner]);
  return tf.slice(sums, [1], [numSegments]);
}
