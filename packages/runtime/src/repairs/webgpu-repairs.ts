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

/** What the back-end `webgpu` lacks or has wrong. */
export const webgpuRepairs = [
  ...portableKernels,
  ...runningKernels,
  extremePlace('ArgMax'),
  extremePlace('ArgMin'),
  // Its own one leaves windows out where strides differ.
  repaired<{ dy: tf.Tensor4D; input: tf.Tensor4D }, MaxPoolGradientAttrs>('MaxPoolGrad', ({ dy, input }, attributes) =>
    maxPoolGradient(dy, input, attributes),
  ),
];
