import type * as tf from '@vosvfi/runtime/tf';
import { patchLoss } from './patch-loss.js';

/**
 * Feature space geometry consistency of IFRNet (eq. 7): local structure of 3 x 3 patches of every channel, see
 * {@link patchLoss}. Both arguments take gradients, as in the official code.
 *
 * @param features [B, H, W, C] float32, H and W more than 2.
 * @param reference The same shape: the encoder's features of the true frame.
 * @returns A scalar in [0, 1).
 * @throws ShapeError if the shapes differ or are too small.
 */
export function geometryLoss(features: tf.Tensor, reference: tf.Tensor): tf.Scalar {
  return patchLoss(features, reference, 1);
}
