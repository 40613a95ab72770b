import { defineOperator } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { linearMatrix, type ResizeAxis } from './resize-matrix.js';

/** Both axes of a resize. */
export interface ResizeAxes {
  readonly down: ResizeAxis;
  readonly across: ResizeAxis;
}

/**
 * Multiplies one matrix along the height and one along the width; with `adjoint` their transposes, which is the
 * gradient. Matrices are row-major [output, input].
 */
export function resizeByMatrices(
  x: tf.Tensor4D,
  { down, across }: ResizeAxes,
  matrixOf: (axis: ResizeAxis) => Float32Array,
  adjoint = false,
): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const vertical = tf.tensor3d(matrixOf(down), [1, down.output, down.input]);
  const horizontal = tf.tensor3d(matrixOf(across), [1, across.output, across.input]);
  const [outHeight, outWidth] = adjoint ? [down.input, across.input] : [down.output, across.output];
  const columns = tf.matMul(vertical, tf.reshape(x, [batch, height, width * channels]), adjoint);
  const rows = tf.reshape(columns, [batch * outHeight, width, channels]);
  return tf.reshape(tf.matMul(horizontal, rows, adjoint), [batch, outHeight, outWidth, channels]);
}

/** What the graph's Resize multiplies a size with; undefined where it could not give the same picture. */
function graphScale({ input, output, alignCorners, step }: ResizeAxis): number | undefined {
  if (alignCorners) return input > 1 && output > 1 ? cornerScale(input, output) : undefined;
  const scale = step === undefined ? output / input : 1 / step;
  // Resize has scales of float32, derives the size from them, rounding down, and places from the inverse.
  const isExact = Math.fround(scale) === scale;
  return isExact && Math.floor(input * scale) === output ? scale : undefined;
}

/** Here the scale gives the size alone, places come from the sizes: half a sample more keeps rounding down from losing one. */
function cornerScale(input: number, output: number): number {
  return output % input === 0 ? output / input : (output + 0.5) / input;
}

/** True if {@link resizeLinear} gives what the matrices give. */
export function isLinearResize({ down, across }: ResizeAxes): boolean {
  return (
    down.alignCorners === across.alignCorners && graphScale(down) !== undefined && graphScale(across) !== undefined
  );
}

/** Bilinear resize of [B, H, W, C] without gradient: matrices where it runs eagerly, Resize in a compiled graph. */
export const resizeLinear = defineOperator<ResizeAxes>({
  name: 'resizeBilinear',
  outputShape: ([shape], { down, across }) => [shape![0]!, down.output, across.output, shape![3]!],
  reference: ([x], axes) => resizeByMatrices(x as tf.Tensor4D, axes, linearMatrix),
  lower: (graph, [x], { down, across }) => {
    const planes = graph.node('Transpose', [x!.name], { perm: [0, 3, 1, 2] });
    const scales = graph.float32([1, 1, graphScale(down)!, graphScale(across)!], [4]);
    const mode = down.alignCorners ? 'align_corners' : 'half_pixel';
    const resized = graph.node('Resize', [planes, '', scales], {
      mode: 'linear',
      coordinate_transformation_mode: mode,
    });
    return graph.node('Transpose', [resized], { perm: [0, 2, 3, 1] });
  },
});
