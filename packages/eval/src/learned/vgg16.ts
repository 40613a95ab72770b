import type { TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { convolutionParameters, convolve } from './convolutions.js';

/** Blocks between poolings: places of the convolutions in torchvision's `vgg16().features`, and their channels. */
const blocks = [
  { indices: [0, 2], inputs: 3, outputs: 64 },
  { indices: [5, 7], inputs: 64, outputs: 128 },
  { indices: [10, 12, 14], inputs: 128, outputs: 256 },
  { indices: [17, 19, 21], inputs: 256, outputs: 512 },
  { indices: [24, 26, 28], inputs: 512, outputs: 512 },
] as const;

/** Channels of {@link vgg16Features}. */
export const vgg16Channels: readonly number[] = blocks.map(({ outputs }) => outputs);

/** What {@link vgg16Features} reads: the convolutions of torchvision's `vgg16`. */
export const vgg16Parameters = blocks.flatMap(({ indices, inputs, outputs }) =>
  indices.flatMap((index, i) => convolutionParameters(`features.${index}`, i === 0 ? inputs : outputs, outputs, 3)),
);

/**
 * The rectified ends of VGG16's five blocks (Simonyan and Zisserman, ICLR 2015): relu1_2, 2_2, 3_3, 4_3 and 5_3.
 * @param x [B, H, W, 3], normalized, H and W at least 16.
 * @param pool What halves features before blocks 2 to 5.
 */
export function vgg16Features(
  weights: TensorWeights,
  x: tf.Tensor,
  pool: (features: tf.Tensor4D) => tf.Tensor4D,
): tf.Tensor4D[] {
  const features: tf.Tensor4D[] = [];
  let current = x as tf.Tensor4D;
  for (const [position, { indices }] of blocks.entries()) {
    if (position > 0) current = pool(current);
    for (const index of indices) current = tf.relu(convolve(weights, `features.${index}`, current, { padding: 1 }));
    features.push(current);
  }
  return features;
}
