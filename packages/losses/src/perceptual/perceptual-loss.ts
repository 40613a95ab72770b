import { ShapeError } from '@vosvfi/core';
import { stopGradient } from '@vosvfi/ops';
import type { TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { vgg16Features } from './vgg16.js';

/**
 * How different two pictures look to a VGG16: the mean squared difference of {@link vgg16Features}, of pictures that
 * are not normalized. Gradients go to the prediction; the target is taken as a constant.
 *
 * @param weights Of `vgg16Parameters`.
 * @param prediction [B, H, W, 3] RGB 0..1, H and W at least 8.
 * @param target The same shape.
 * @returns A scalar, at least 0.
 * @throws ShapeError if the shapes differ.
 *
 * Source: the `VGG` term in the loss strings of the AdaCoF and CDFI code.
 */
export function perceptualLoss(weights: TensorWeights, prediction: tf.Tensor, target: tf.Tensor): tf.Scalar {
  if (prediction.shape.join() !== target.shape.join()) {
    throw new ShapeError('perceptualLoss target', `[${prediction.shape.join(', ')}] as the prediction`, target.shape);
  }
  const difference = tf.sub(vgg16Features(weights, prediction), stopGradient(vgg16Features(weights, target)));
  return tf.mean(tf.square(difference));
}
