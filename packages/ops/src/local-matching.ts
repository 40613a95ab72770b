import * as tf from '@vosvfi/runtime/tf';
import { displacedProducts, displacements } from './displaced-products.js';
import type { LocalCorrelationOptions } from './local-correlation.js';

/** Added to the score of a place outside the picture. */
const outside = -1e9;

/**
 * Local matching of GMFlow's refinement (Xu et al., "GMFlow", CVPR 2022, section 3.4): softmax over the scores
 * f1(p) . f2(p + d) / sqrt(C) of all displacements d up to the radius that stay inside the picture, and their mean.
 *
 * @param fmap1 [B, H, W, C] float32.
 * @param fmap2 [B, H, W, C].
 * @returns `flow` [B, H, W, 2], (x, y) in pixels of the feature maps, and `probabilities` [B, H, W, (2 r + 1)^2], rows of
 *   displacements outer; gradients go to both pictures.
 * @throws ShapeError if ranks or extents do not fit; ConfigError for a radius out of range.
 */
export function localMatching(
  fmap1: tf.Tensor,
  fmap2: tf.Tensor,
  { radius }: LocalCorrelationOptions,
): { flow: tf.Tensor4D; probabilities: tf.Tensor4D } {
  const products = displacedProducts('localMatching', fmap1, fmap2, radius);
  const [batch, height, width, count] = products.shape;
  const scores = tf.add(tf.mul(products, 1 / Math.sqrt(fmap1.shape[3]!)), outsideScores(height, width, radius));
  const probabilities = tf.softmax(scores) as tf.Tensor4D;
  const grid = tf.tensor2d(displacements(radius).flat(), [count, 2]);
  const flow = tf.matMul(tf.reshape(probabilities, [batch * height * width, count]), grid);
  return { flow: tf.reshape(flow, [batch, height, width, 2]), probabilities };
}

/** 0 for places inside, [1, H, W, K]. */
function outsideScores(height: number, width: number, radius: number): tf.Tensor {
  const moves = displacements(radius);
  const scores = Float32Array.from({ length: height * width * moves.length }, (_, index) => {
    const pixel = Math.floor(index / moves.length);
    const [right, down] = moves[index % moves.length]!;
    const [x, y] = [(pixel % width) + right, Math.floor(pixel / width) + down];
    return x >= 0 && x < width && y >= 0 && y < height ? 0 : outside;
  });
  return tf.tensor4d(scores, [1, height, width, moves.length]);
}
