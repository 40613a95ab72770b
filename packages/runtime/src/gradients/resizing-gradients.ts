import * as tf from '@tensorflow/tfjs';
import { type Interpolation, linear, nearest, type ResizeAttrs, resizeMatrix } from '../resize-matrix.js';
import { defineGradient } from './define-gradient.js';

/**
 * Both gradients as matrix products. tfjs's own kernels for processors exchange height and width, and neither of them
 * is told of half-pixel centres.
 */
for (const [kernel, interpolate] of [
  ['ResizeBilinear', linear],
  ['ResizeNearestNeighbor', nearest],
] as const) {
  defineGradient<ResizeAttrs>(kernel, {
    inputs: ['images'],
    gradient: (dy, saved, attributes) => {
      const [images] = saved as [tf.Tensor];
      return { images: () => resizeGradient(dy as tf.Tensor, images.shape, interpolate, attributes) };
    },
  });
}

function resizeGradient(
  dy: tf.Tensor,
  shape: number[],
  interpolate: Interpolation,
  attributes: ResizeAttrs,
): tf.Tensor {
  const [batch, height, width, channels] = shape as [number, number, number, number];
  const [rows, columns] = attributes.size;
  const matrix = (from: number, to: number) => tf.tensor2d(resizeMatrix(interpolate, from, to, attributes), [to, from]);
  const lines = tf.reshape(dy, [batch, rows, columns * channels]);
  const down = tf.matMul(tf.expandDims(matrix(height, rows)), lines, true, false);
  const pixels = tf.reshape(down, [batch * height, columns, channels]);
  return tf.reshape(tf.matMul(tf.expandDims(matrix(width, columns)), pixels, true, false), shape);
}
