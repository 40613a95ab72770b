import { defineOperator } from '@vosvfi/runtime';
import type * as tf from '@vosvfi/runtime/tf';
import { linearMatrix, type ResizeAxis } from './resize-matrix.js';
import { multiplyAxes } from './resize-product.js';
import { withGradient } from './with-gradient.js';

interface Axes {
  readonly down: ResizeAxis;
  readonly across: ResizeAxis;
}

/**
 * ONNX's own bilinear resize. A product with a matrix costs each output sample as many multiplications as the axis is
 * long, this one four.
 */
const resize = defineOperator<Axes>({
  name: 'resizeBilinear',
  outputShape: ([shape], { down, across }) => {
    const [batch, , , channels] = shape as [number, number, number, number];
    return [batch, down.output, across.output, channels];
  },
  reference: ([x], { down, across }) => multiplyAxes(x as tf.Tensor4D, linearMatrix(down), linearMatrix(across)),
  lower: (graph, [x], { down, across }) => {
    const { name, shape } = x as { name: string; shape: readonly number[] };
    const [batch, , , channels] = shape as [number, number, number, number];
    const planes = graph.node('Transpose', [name], { perm: [0, 3, 1, 2] });
    const sizes = graph.int64([batch, channels, down.output, across.output]);
    const resized = graph.node('Resize', [planes, '', '', sizes], {
      mode: 'linear',
      coordinate_transformation_mode: 'half_pixel',
    });
    return graph.node('Transpose', [resized], { perm: [0, 2, 3, 1] });
  },
});

/**
 * True where ONNX's resize takes the same samples with the same weights: half-pixel centres and a whole power of two,
 * so that its float32 coordinates are exact. (It clamps them at both ends, which gives what linear taps give.)
 */
export function enlargesExactly({ input, output, alignCorners, step }: ResizeAxis): boolean {
  const factor = output / input;
  return !alignCorners && factor >= 1 && Number.isInteger(Math.log2(factor)) && (step ?? 1 / factor) === 1 / factor;
}

/** Bilinear enlargement of [B, H, W, C] along axes for which {@link enlargesExactly} holds. */
export function enlargeLinear(x: tf.Tensor4D, down: ResizeAxis, across: ResizeAxis): tf.Tensor4D {
  return withGradient(x, (input) => ({
    value: resize([input], { down, across }),
    saved: [],
    gradient: (dy) => multiplyAxes(dy as tf.Tensor4D, adjointOf(down), adjointOf(across)),
  })) as tf.Tensor4D;
}

/** Row-major [input, output]: the transpose of the matrix that interpolates. */
function adjointOf(axis: ResizeAxis): Float32Array {
  const matrix = linearMatrix(axis);
  const { input, output } = axis;
  return Float32Array.from(matrix, (_, index) => matrix[(index % output) * input + Math.floor(index / output)] as number);
}
