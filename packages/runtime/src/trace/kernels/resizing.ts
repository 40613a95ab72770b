import { type Interpolation, linear, nearest, type ResizeAttrs, resizeMatrix } from '../../resize-matrix.js';
import type * as tf from '../../tf.js';
import { type KernelCall, lowering } from '../lowering.js';

/** Resizes along rows, then columns, as two matrix products. */
function separable(call: KernelCall, x: tf.TensorInfo, interpolate: Interpolation, attrs: ResizeAttrs) {
  const { graph } = call;
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const [rows, columns] = attrs.size;
  const matrix = (from: number, to: number) => graph.float32(resizeMatrix(interpolate, from, to, attrs), [to, from]);
  const lines = call.reshape(call.name(x), [batch, height, width * channels]);
  const resized = graph.node('MatMul', [matrix(height, rows), lines]);
  const pixels = call.reshape(resized, [batch * rows, width, channels]);
  const value = graph.node('MatMul', [matrix(width, columns), pixels]);
  return call.result(call.reshape(value, [batch, rows, columns, channels]));
}

const resizing = (kernel: string, interpolate: Interpolation) =>
  lowering<{ images: tf.TensorInfo }, ResizeAttrs>(kernel, (call, { images }, attrs) =>
    separable(call, images, interpolate, attrs),
  );

/** Image resizing on NHWC. */
export const resizingKernels = [resizing('ResizeBilinear', linear), resizing('ResizeNearestNeighbor', nearest)];
