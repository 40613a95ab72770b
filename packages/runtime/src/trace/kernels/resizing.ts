import type * as tf from '../../tf.js';
import { type KernelCall, lowering } from '../lowering.js';

interface ResizeAttrs {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
  readonly size: [number, number];
}

type Taps = readonly (readonly [source: number, weight: number])[];

/** Which inputs, and with what weights, make one output position. */
type Interpolation = (at: number, from: number, to: number, attrs: ResizeAttrs) => Taps;

function sourceScale(from: number, to: number, alignCorners: boolean): number {
  return alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
}

const linear: Interpolation = (at, from, to, { alignCorners, halfPixelCenters }) => {
  const scale = sourceScale(from, to, alignCorners);
  const position = Math.max(0, halfPixelCenters ? scale * (at + 0.5) - 0.5 : scale * at);
  const low = Math.min(from - 1, Math.floor(position));
  const high = Math.min(from - 1, low + 1);
  const fraction = position - Math.floor(position);
  return [
    [low, 1 - fraction],
    [high, fraction],
  ];
};

const nearest: Interpolation = (at, from, to, { alignCorners, halfPixelCenters }) => {
  const position = sourceScale(from, to, alignCorners) * (halfPixelCenters ? at + 0.5 : at);
  return [[Math.max(0, Math.min(from - 1, alignCorners ? Math.round(position) : Math.floor(position))), 1]];
};

/** The [to, from] matrix of a one-dimensional resize, or its transpose. */
function resizeMatrix(interpolate: Interpolation, from: number, to: number, attrs: ResizeAttrs, transposed: boolean) {
  const matrix = new Float32Array(from * to);
  for (let at = 0; at < to; at++) {
    for (const [source, weight] of interpolate(at, from, to, attrs)) {
      const index = transposed ? source * to + at : at * from + source;
      matrix[index] = (matrix[index] as number) + weight;
    }
  }
  return matrix;
}

/** Resizes (or applies the adjoint) along rows, then columns, as two matrix products. */
function separable(
  call: KernelCall,
  x: tf.TensorInfo,
  interpolate: Interpolation,
  attrs: ResizeAttrs,
  adjoint: boolean,
) {
  const { graph } = call;
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const [rows, columns] = attrs.size;
  const matrix = (from: number, to: number) =>
    graph.float32(
      adjoint ? resizeMatrix(interpolate, to, from, attrs, true) : resizeMatrix(interpolate, from, to, attrs, false),
      [to, from],
    );
  const lines = call.reshape(call.name(x), [batch, height, width * channels]);
  const resized = graph.node('MatMul', [matrix(height, rows), lines]);
  const pixels = call.reshape(resized, [batch * rows, width, channels]);
  const value = graph.node('MatMul', [matrix(width, columns), pixels]);
  return call.result(call.reshape(value, [batch, rows, columns, channels]));
}

const forward = (kernel: string, interpolate: Interpolation) =>
  lowering<{ images: tf.TensorInfo }, ResizeAttrs>(kernel, (call, { images }, attrs) =>
    separable(call, images, interpolate, attrs, false),
  );

// tfjs's gradients receive alignCorners only: half-pixel centres never reach them.
const gradient = (kernel: string, interpolate: Interpolation) =>
  lowering<{ images: tf.TensorInfo; dy: tf.TensorInfo }, { alignCorners: boolean }>(
    kernel,
    (call, { images, dy }, { alignCorners }) => {
      const size: [number, number] = [images.shape[1] as number, images.shape[2] as number];
      return separable(call, dy, interpolate, { alignCorners, halfPixelCenters: false, size }, true);
    },
  );

/** Image resizing on NHWC. */
export const resizingKernels = [
  forward('ResizeBilinear', linear),
  forward('ResizeNearestNeighbor', nearest),
  gradient('ResizeBilinearGrad', linear),
  gradient('ResizeNearestNeighborGrad', nearest),
];
