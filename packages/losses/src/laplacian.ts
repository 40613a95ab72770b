import { ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';

/** Binomial filter of the pyramid; its square is the 5 x 5 one. */
const binomial = [1, 4, 6, 4, 1].map((value) => value / 16);

/** The sample that a reflection at the border samples' centres finds. */
function reflect(index: number, extent: number): number {
  const positive = Math.abs(index);
  return positive < extent ? positive : 2 * (extent - 1) - positive;
}

/** Row-major [extent / 2, extent]: filters and keeps every other sample. */
function halvingMatrix(extent: number): Float32Array {
  const matrix = new Float32Array((extent / 2) * extent);
  for (let row = 0; row < extent / 2; row++) {
    binomial.forEach((weight, tap) => {
      matrix[row * extent + reflect(2 * row + tap - 2, extent)]! += weight;
    });
  }
  return matrix;
}

/** Row-major [extent, extent / 2]: puts zeros between samples, filters and doubles. */
function doublingMatrix(extent: number): Float32Array {
  const matrix = new Float32Array(extent * (extent / 2));
  for (let row = 0; row < extent; row++) {
    binomial.forEach((weight, tap) => {
      const from = reflect(row + tap - 2, extent);
      if (from % 2 === 0) matrix[row * (extent / 2) + from / 2]! += 2 * weight;
    });
  }
  return matrix;
}

/** `vertical` times every plane of [N, H, W] times `horizontal` transposed. */
function multiply(x: tf.Tensor3D, vertical: tf.Tensor3D, horizontal: tf.Tensor2D): tf.Tensor3D {
  const [planes, height, width] = x.shape;
  const rows = tf.matMul(tf.reshape(x, [planes * height, width]), horizontal, false, true);
  return tf.matMul(vertical, tf.reshape(rows, [planes, height, horizontal.shape[0]])) as tf.Tensor3D;
}

function halve(x: tf.Tensor3D): tf.Tensor3D {
  const [, height, width] = x.shape;
  const vertical = tf.tensor3d(halvingMatrix(height), [1, height / 2, height]);
  return multiply(x, vertical, tf.tensor2d(halvingMatrix(width), [width / 2, width]));
}

function double(x: tf.Tensor3D): tf.Tensor3D {
  const [height, width] = [2 * x.shape[1], 2 * x.shape[2]];
  const vertical = tf.tensor3d(doublingMatrix(height), [1, height, height / 2]);
  return multiply(x, vertical, tf.tensor2d(doublingMatrix(width), [width, width / 2]));
}

/**
 * L1 distance of Laplacian pyramids: the sum over levels of the mean absolute difference of what each level adds to the next
 * coarser one. Filters are 5 x 5 binomial with reflected borders; what remains below the last level does not count. As RIFE
 * (Huang et al. 2022) and, with other weights of the levels, Niklaus and Liu (CVPR 2018).
 *
 * @param prediction [B, H, W, C] float32, H and W multiples of 2^levels and at least 3 * 2^(levels - 1).
 * @param target The same shape.
 * @param levels Default 5.
 * @returns A scalar, at least 0.
 * @throws ShapeError if the shapes differ or do not fit the levels.
 */
export function laplacianLoss(prediction: tf.Tensor, target: tf.Tensor, levels = 5): tf.Scalar {
  if (prediction.rank !== 4) throw new ShapeError('laplacianLoss prediction', '[B, H, W, C]', prediction.shape);
  if (prediction.shape.join() !== target.shape.join()) {
    throw new ShapeError('laplacianLoss target', `[${prediction.shape.join(', ')}] as the prediction`, target.shape);
  }
  const [batch, height, width, channels] = prediction.shape as [number, number, number, number];
  const [multiple, least] = [2 ** levels, 3 * 2 ** (levels - 1)];
  if ([height, width].some((extent) => extent % multiple !== 0 || extent < least)) {
    const expected = `height and width that are multiples of ${multiple} and at least ${least} for ${levels} levels`;
    throw new ShapeError('laplacianLoss prediction', expected, prediction.shape);
  }
  // The pyramid is linear: that of the difference is the difference of the pyramids.
  const planes = tf.transpose(tf.sub(prediction, target), [0, 3, 1, 2]);
  let current = tf.reshape(planes, [batch * channels, height, width]) as tf.Tensor3D;
  const distances: tf.Scalar[] = [];
  for (let level = 0; level < levels; level++) {
    const coarser = halve(current);
    distances.push(tf.mean(tf.abs(tf.sub(current, double(coarser)))));
    current = coarser;
  }
  return tf.addN(distances);
}
