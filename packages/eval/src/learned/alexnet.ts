import { maxPool2d } from '@vosvfi/ops';
import type { TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { convolutionParameters, convolve } from './convolutions.js';

const layers = [
  { index: 0, inputs: 3, outputs: 64, kernel: 11, stride: 4, padding: 2, poolsFirst: false },
  { index: 3, inputs: 64, outputs: 192, kernel: 5, stride: 1, padding: 2, poolsFirst: true },
  { index: 6, inputs: 192, outputs: 384, kernel: 3, stride: 1, padding: 1, poolsFirst: true },
  { index: 8, inputs: 384, outputs: 256, kernel: 3, stride: 1, padding: 1, poolsFirst: false },
  { index: 10, inputs: 256, outputs: 256, kernel: 3, stride: 1, padding: 1, poolsFirst: false },
] as const;

/** Channels of {@link alexnetFeatures}. */
export const alexnetChannels: readonly number[] = layers.map(({ outputs }) => outputs);

/** What {@link alexnetFeatures} reads: the convolutions of torchvision's `alexnet`. */
export const alexnetParameters = layers.flatMap(({ index, inputs, outputs, kernel }) =>
  convolutionParameters(`features.${index}`, inputs, outputs, kernel),
);

/**
 * The five rectified convolutions of AlexNet in its one-column form (Krizhevsky, arXiv:1404.5997).
 * @param x [B, H, W, 3], normalized, H and W at least 63.
 */
export function alexnetFeatures(weights: TensorWeights, x: tf.Tensor): tf.Tensor4D[] {
  const features: tf.Tensor4D[] = [];
  let current = x;
  for (const { index, stride, padding, poolsFirst } of layers) {
    const input = poolsFirst ? maxPool2d(current, { kernel: 3, stride: 2 }) : current;
    current = tf.relu(convolve(weights, `features.${index}`, input, { stride, padding }));
    features.push(current as tf.Tensor4D);
  }
  return features;
}
