import { maxPool2d } from '@vosvfi/ops';
import type { TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { convolutionParameters, convolve } from './convolutions.js';

/** Fire modules: a 1x1 convolution to `squeezed` channels, then 1x1 and 3x3 ones side by side to `expanded` channels each. */
const fires = [
  { index: 3, inputs: 64, squeezed: 16, expanded: 64, poolsFirst: true, isTap: false },
  { index: 4, inputs: 128, squeezed: 16, expanded: 64, poolsFirst: false, isTap: true },
  { index: 6, inputs: 128, squeezed: 32, expanded: 128, poolsFirst: true, isTap: false },
  { index: 7, inputs: 256, squeezed: 32, expanded: 128, poolsFirst: false, isTap: true },
  { index: 9, inputs: 256, squeezed: 48, expanded: 192, poolsFirst: true, isTap: true },
  { index: 10, inputs: 384, squeezed: 48, expanded: 192, poolsFirst: false, isTap: true },
  { index: 11, inputs: 384, squeezed: 64, expanded: 256, poolsFirst: false, isTap: true },
  { index: 12, inputs: 512, squeezed: 64, expanded: 256, poolsFirst: false, isTap: true },
] as const;

/** Channels of {@link squeezenetFeatures}. */
export const squeezenetChannels: readonly number[] = [
  64,
  ...fires.filter(({ isTap }) => isTap).map(({ expanded }) => 2 * expanded),
];

/** What {@link squeezenetFeatures} reads: the `features` of torchvision's `squeezenet1_1`. */
export const squeezenetParameters = [
  ...convolutionParameters('features.0', 3, 64, 3),
  ...fires.flatMap(({ index, inputs, squeezed, expanded }) => [
    ...convolutionParameters(`features.${index}.squeeze`, inputs, squeezed, 1),
    ...convolutionParameters(`features.${index}.expand1x1`, squeezed, expanded, 1),
    ...convolutionParameters(`features.${index}.expand3x3`, squeezed, expanded, 3),
  ]),
];

/**
 * The seven rectified features of SqueezeNet 1.1 (Iandola et al., arXiv:1602.07360) that LPIPS compares.
 * @param x [B, H, W, 3], normalized, H and W at least 17.
 */
export function squeezenetFeatures(weights: TensorWeights, x: tf.Tensor): tf.Tensor4D[] {
  let current = tf.relu(convolve(weights, 'features.0', x, { stride: 2 }));
  const features = [current];
  for (const { index, poolsFirst, isTap } of fires) {
    if (poolsFirst) current = poolToTheEdge(current);
    current = fire(weights, `features.${index}`, current);
    if (isTap) features.push(current);
  }
  return features;
}

function fire(weights: TensorWeights, key: string, x: tf.Tensor4D): tf.Tensor4D {
  const squeezed = tf.relu(convolve(weights, `${key}.squeeze`, x));
  const small = convolve(weights, `${key}.expand1x1`, squeezed);
  const large = convolve(weights, `${key}.expand3x3`, squeezed, { padding: 1 });
  return tf.relu(tf.concat([small, large], 3));
}

/**
 * Maxima of 3x3 windows with stride 2, rounding sizes up, so that the last window may reach over the edge. What it meets
 * there is zeros, which change no maximum of rectified features.
 */
function poolToTheEdge(x: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = x.shape;
  const beyond = (extent: number): number => (extent % 2 === 0 ? 1 : 0);
  const padded = tf.pad(x, [
    [0, 0],
    [0, beyond(height)],
    [0, beyond(width)],
    [0, 0],
  ]);
  return maxPool2d(padded, { kernel: 3, stride: 2 });
}
