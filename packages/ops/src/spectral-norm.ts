import { ConfigError, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { expectShape } from './shape-checks.js';
import { stopGradient } from './stop-gradient.js';

/** Estimates of the largest singular value's vectors, which live from step to step beside the weight. */
export interface SpectralState {
  /** Left vector, [O]. */
  readonly u: tf.Tensor;
  /** Right vector, [the weight's other axes together]. */
  readonly v: tf.Tensor;
}

/** Options of {@link spectralNorm}. */
export interface SpectralNormOptions {
  /** Power iterations before the value is taken. Default 1; 0 for evaluation. */
  readonly iterations?: number;
  /** Axis of the output channels: 0 (default), or 1 for the weight of a transposed convolution. */
  readonly outputAxis?: number;
}

const smallestNorm = 1e-12;

/**
 * Spectral normalization (Miyato et al., ICLR 2018, algorithm 1) as PyTorch's `spectral_norm`: the weight divided by an
 * estimate of its largest singular value, sigma = u . W v with the weight as a matrix W of output channels by the rest.
 *
 * Nothing is kept: the new vectors are returned, to be handed in at the next step. The gradient goes through the weight
 * and sigma, not through u and v.
 *
 * @param weight Any rank from 2 on, PyTorch's layout.
 * @returns The normalized `weight`, `sigma` (a scalar) and the vectors after the iterations.
 * @throws ShapeError if a vector does not fit the weight; ConfigError for options out of range.
 */
export function spectralNorm(
  weight: tf.Tensor,
  { u, v }: SpectralState,
  { iterations = 1, outputAxis = 0 }: SpectralNormOptions = {},
): SpectralState & { weight: tf.Tensor; sigma: tf.Scalar } {
  if (!Number.isInteger(iterations) || iterations < 0) {
    throw new ConfigError('spectralNorm iterations', `expected an integer from 0 on, found ${iterations}.`);
  }
  const matrix = matrixOf(weight, outputAxis);
  const [rows, columns] = matrix.shape;
  expectShape('spectralNorm u', u, [rows]);
  expectShape('spectralNorm v', v, [columns]);
  const fixed = stopGradient(matrix);
  let left = tf.reshape(stopGradient(u), [rows, 1]);
  let right = tf.reshape(stopGradient(v), [columns, 1]);
  for (let iteration = 0; iteration < iterations; iteration++) {
    right = normalized(tf.matMul(fixed, left, true));
    left = normalized(tf.matMul(fixed, right));
  }
  const [fixedLeft, fixedRight] = [stopGradient(left), stopGradient(right)];
  const sigma = tf.sum(tf.mul(fixedLeft, tf.matMul(matrix, fixedRight)));
  return {
    weight: tf.div(weight, sigma),
    sigma: sigma as tf.Scalar,
    u: tf.reshape(fixedLeft, [rows]),
    v: tf.reshape(fixedRight, [columns]),
  };
}

/** The weight as [output channels, everything else]. */
function matrixOf(weight: tf.Tensor, outputAxis: number): tf.Tensor2D {
  if (weight.rank < 2) throw new ShapeError('spectralNorm weight', 'rank 2 or more', weight.shape);
  if (!Number.isInteger(outputAxis) || outputAxis < 0 || outputAxis >= weight.rank) {
    throw new ConfigError('spectralNorm outputAxis', `expected an axis of the weight, found ${outputAxis}.`);
  }
  const others = weight.shape.map((_, axis) => axis).filter((axis) => axis !== outputAxis);
  const first = outputAxis === 0 ? weight : tf.transpose(weight, [outputAxis, ...others]);
  return tf.reshape(first, [weight.shape[outputAxis]!, -1]) as tf.Tensor2D;
}

function normalized(x: tf.Tensor): tf.Tensor2D {
  return tf.div(x, tf.maximum(tf.sqrt(tf.sum(tf.square(x))), smallestNorm)) as tf.Tensor2D;
}
