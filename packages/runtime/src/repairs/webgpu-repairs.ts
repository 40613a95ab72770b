import * as tf from '@tensorflow/tfjs';
import { positiveAxis } from '../graph/broadcast.js';
import { runningKernels } from './common-repairs.js';
import { type MaxPoolGradientAttrs, maxPoolGradient } from './max-pool-gradient.js';
import { portableKernels } from './portable-kernels.js';
import { repaired } from './repair-kernel.js';

/** Gives a vector's extreme the shape [1] instead of []. */
const extremePlace = (kernel: 'ArgMax' | 'ArgMin') =>
  repaired<{ x: tf.Tensor }, { axis: number | number[] }>(kernel, ({ x }, attributes, original) => {
    const axis = positiveAxis(Array.isArray(attributes.axis) ? (attributes.axis[0] ?? 0) : attributes.axis, x.rank);
    return tf.reshape(
      original({ x }, attributes),
      x.shape.filter((_, index) => index !== axis),
    );
  });

interface PadAttrs {
  readonly paddings: [number, number][];
  readonly constantValue: number;
}

/** Its program for five axes and more cannot be parsed: one axis after the other, between what is before and behind it. */
const pad = repaired<{ x: tf.Tensor }, PadAttrs>('PadV2', ({ x }, attributes, original) => {
  if (x.rank <= 4) return original({ x }, attributes);
  const { paddings, constantValue } = attributes;
  const size = tf.util.sizeFromShape;
  const shape = [...x.shape];
  let result = x;
  paddings.forEach(([before, behind], axis) => {
    if (before === 0 && behind === 0) return;
    const extent = shape[axis] as number;
    const parts = tf.reshape(result, [size(shape.slice(0, axis)), extent, size(shape.slice(axis + 1))]);
    const sides = [
      [0, 0],
      [before, behind],
      [0, 0],
    ];
    shape[axis] = extent + before + behind;
    result = tf.reshape(original({ x: parts }, { paddings: sides, constantValue }), shape);
  });
  return tf.clone(result);
});

interface ReductionAttrs {
  readonly axis: number | number[];
  readonly keepDims: boolean;
}

/** Forgets axes of one element that are to be kept. */
const product = repaired<{ x: tf.Tensor }, ReductionAttrs>('Prod', ({ x }, attributes, original) => {
  const axes = tf.util.parseAxisParam(attributes.axis, x.shape);
  const shape = x.shape.flatMap((extent, axis) => (axes.includes(axis) ? (attributes.keepDims ? [1] : []) : [extent]));
  return tf.reshape(original({ x }, attributes), shape);
});

/** What the back-end `webgpu` lacks or has wrong. */
export const webgpuRepairs = [
  ...portableKernels,
  ...runningKernels,
  pad,
  product,
  extremePlace('ArgMax'),
  extremePlace('ArgMin'),
  // Its own one leaves windows out where strides differ.
  repaired<{ dy: tf.Tensor4D; input: tf.Tensor4D }, MaxPoolGradientAttrs>('MaxPoolGrad', ({ dy, input }, attributes) =>
    maxPoolGradient(dy, input, attributes),
  ),
];
