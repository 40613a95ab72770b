import { maxPool2d } from '@vosvfi/ops';
import type { TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import type { ActivationObserver } from './activation-observer.js';
import { type ConvolutionSteps, convolveNormalized } from './convolution.js';

/** `bottleneck` blocks are four times as wide outside as their 3x3 convolution. */
export type ResidualBlock = 'basic' | 'bottleneck';

/** What to run: names of the stages, blocks in each, convolutions in a block. */
export interface ResidualNetworkShape {
  readonly key: string;
  readonly stages: readonly string[];
  readonly depths: readonly number[];
  readonly block: ResidualBlock;
  /** Samples of the frame for one of the last stages' features; stages that would have more dilate instead. Default: no limit. */
  readonly outputStride?: number;
}

/**
 * ResNet (He et al., CVPR 2016), with the stride of a bottleneck in its 3x3 convolution, as torchvision's.
 * @param x [B, H, W, C]; where H and W are odd, strides round up.
 * @param observe sees every value before it goes into a ReLU, to analyse a network.
 * @returns Features of each stage, at 1/4, 1/8, ... of the frame down to 1 / `outputStride`; at least 0.
 */
export function residualFeatures(
  weights: TensorWeights,
  shape: ResidualNetworkShape,
  x: tf.Tensor4D,
  observe?: ActivationObserver,
): tf.Tensor4D[] {
  const { key, stages, depths, block, outputStride = Infinity } = shape;
  const scope = { weights, block, observe };
  const first = convolveNormalized(weights, [`${key}.conv1`, `${key}.bn1`], x, { stride: 2 });
  observe?.(`${key}.bn1`, first);
  const stem = tf.relu(first);
  let y = maxPool2d(stem, { kernel: 3, stride: 2, padding: 1 });
  let dilation = 1;
  return stages.map((stage, level) => {
    const isStrided = level > 0 && 4 * 2 ** level <= outputStride;
    // The first block of a stage that dilates still has the dilation of the stage before.
    let steps: ConvolutionSteps = { stride: isStrided ? 2 : 1, dilation };
    if (level > 0 && !isStrided) dilation *= 2;
    for (let index = 0; index < depths[level]!; index++) {
      y = residualBlock(scope, `${key}.${stage}.${index}`, y, steps);
      steps = { dilation };
    }
    return y;
  });
}

interface Scope {
  readonly weights: TensorWeights;
  readonly block: ResidualBlock;
  readonly observe: ActivationObserver | undefined;
}

function residualBlock(scope: Scope, key: string, x: tf.Tensor4D, steps: ConvolutionSteps): tf.Tensor4D {
  const { weights, block, observe } = scope;
  const layer = (index: number, input: tf.Tensor4D, given: ConvolutionSteps = {}): tf.Tensor4D =>
    convolveNormalized(weights, [`${key}.conv${index}`, `${key}.bn${index}`], input, given);
  const rectify = (index: number, value: tf.Tensor4D): tf.Tensor4D => {
    observe?.(`${key}.bn${index}`, value);
    return tf.relu(value);
  };
  const inner =
    block === 'basic' ? rectify(1, layer(1, x, steps)) : rectify(2, layer(2, rectify(1, layer(1, x)), steps));
  const last = block === 'basic' ? 2 : 3;
  const branch = layer(last, inner, block === 'basic' ? { dilation: steps.dilation ?? 1 } : {});
  const shortcut = weights.has(`${key}.downsample.0.weight`)
    ? convolveNormalized(weights, [`${key}.downsample.0`, `${key}.downsample.1`], x, { stride: steps.stride ?? 1 })
    : x;
  return rectify(last, tf.add(branch, shortcut));
}
