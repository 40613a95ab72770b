import { type Random, sizeOf } from '@vosvfi/core';
import { conv2d, maxPool2d } from '@vosvfi/ops';
import { type ParameterSpec, type TensorWeights, weightOf } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';

/** A convolution of {@link vgg16Features}; its place in torchvision's `vgg16().features` names its weights. */
interface Layer {
  readonly index: number;
  readonly inputs: number;
  readonly outputs: number;
  /** The features are halved before it, by maxima. */
  readonly poolsFirst?: boolean;
}

/** Up to the third convolution of the fourth block; every one but the last is rectified. */
const layers: readonly Layer[] = [
  { index: 0, inputs: 3, outputs: 64 },
  { index: 2, inputs: 64, outputs: 64 },
  { index: 5, inputs: 64, outputs: 128, poolsFirst: true },
  { index: 7, inputs: 128, outputs: 128 },
  { index: 10, inputs: 128, outputs: 256, poolsFirst: true },
  { index: 12, inputs: 256, outputs: 256 },
  { index: 14, inputs: 256, outputs: 256 },
  { index: 17, inputs: 256, outputs: 512, poolsFirst: true },
  { index: 19, inputs: 512, outputs: 512 },
  { index: 21, inputs: 512, outputs: 512 },
];

/** Initial values as torchvision's: normal, keeping the variance of gradients (He et al., ICCV 2015); biases zero. */
function parametersOf({ index, inputs, outputs }: Layer): ParameterSpec[] {
  const shape = [outputs, inputs, 3, 3];
  const deviation = Math.sqrt(2 / (outputs * 9));
  const normal = (random: Random): Float32Array =>
    Float32Array.from({ length: sizeOf(shape) }, () => random.normal(0, deviation));
  return [
    { key: `features.${index}.weight`, shape, trainable: false, init: normal },
    { key: `features.${index}.bias`, shape: [outputs], trainable: false, init: () => new Float32Array(outputs) },
  ];
}

/** What {@link vgg16Features} reads: the beginning of torchvision's state dict of `vgg16`. Never trained here. */
export const vgg16Parameters: readonly ParameterSpec[] = layers.flatMap(parametersOf);

/**
 * Features of a VGG16 (Simonyan and Zisserman, ICLR 2015) after its tenth convolution, not rectified: the layers 0 to 21
 * of torchvision's `vgg16().features`, which is where AdaCoF and CDFI compare pictures.
 *
 * @param weights Of {@link vgg16Parameters}, torchvision's layout.
 * @param pictures [B, H, W, 3] RGB, H and W at least 8. Those networks' code does not normalize 0..1.
 * @returns [B, floor(H / 8), floor(W / 8), 512].
 */
export function vgg16Features(weights: TensorWeights, pictures: tf.Tensor): tf.Tensor4D {
  let x = pictures as tf.Tensor4D;
  for (const [position, { index, poolsFirst }] of layers.entries()) {
    if (position > 0) x = tf.relu(x);
    if (poolsFirst) x = maxPool2d(x, { kernel: 2 });
    const weight = weightOf(weights, `features.${index}.weight`);
    x = conv2d(x, weight, weightOf(weights, `features.${index}.bias`), { padding: 1 });
  }
  return x;
}
