import type { Frame, HostTensor } from '@vosvfi/core';
import type { LossFunction, ParameterSpec, TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { bytesOf, contactRow, outlineColors, withOutlines } from '../pictures/contact-row.js';
import { mean } from './mean.js';
import { input, type TrainingTask } from './task.js';

/** A network that follows an object, and how it is trained. */
export interface FollowingNetwork {
  readonly parameters: readonly ParameterSpec[];
  /** Of clips of three frames: `frame0`, `frameT`, `frame1` with `mask0`, `maskT`, `mask1`. */
  readonly loss: LossFunction;
  /** Probabilities [B, H, W, 1] of the object in `frame1`, told what it is in `frame0`. */
  readonly follow: (weights: TensorWeights, clip: FollowedFrames) => tf.Tensor;
}

/** Two frames [B, H, W, 3], and the object in the first, [B, H, W, 1]. */
export interface FollowedFrames {
  readonly frame0: tf.Tensor4D;
  readonly frame1: tf.Tensor4D;
  readonly mask0: tf.Tensor4D;
}

/** Training of a segmentation network on clips of three frames with the mask of one object. */
export function segmentationTask({ parameters, loss, follow }: FollowingNetwork): TrainingTask {
  return {
    parameters,
    inputs: ['frame0', 'frameT', 'frame1', 'mask0', 'maskT', 'mask1'],
    frozen: new Map(),
    loss,
    measure: {
      inputs: ['frame0', 'frame1', 'mask0', 'mask1'],
      run: (inputs, weights) => {
        const mask1 = follow(weights, {
          frame0: input(inputs, 'frame0') as tf.Tensor4D,
          frame1: input(inputs, 'frame1') as tf.Tensor4D,
          mask0: input(inputs, 'mask0') as tf.Tensor4D,
        });
        const found = tf.cast(tf.greater(mask1, 0.5), 'float32');
        const truth = input(inputs, 'mask1');
        const axes = [1, 2, 3];
        return {
          found,
          intersection: tf.sum(tf.mul(found, truth), axes),
          union: tf.sum(tf.maximum(found, truth), axes),
        };
      },
      // As DAVIS: two empty masks agree.
      read: ({ intersection = [], union = [] }) => ({
        jaccard: mean(union.map((area, i) => (area === 0 ? 1 : (intersection[i] as number) / area))),
      }),
      show: { outputs: ['found'], picture: segmentationRow },
    },
  };
}

/** First frame with its mask, last frame, and the last frame with the true and the found outline. */
function segmentationRow(sample: Readonly<Record<string, HostTensor>>): Frame {
  const [first, last] = [bytesOf(input(sample, 'frame0')), bytesOf(input(sample, 'frame1'))];
  return contactRow([
    withOutlines(first, [{ mask: input(sample, 'mask0'), color: outlineColors.truth }]),
    last,
    withOutlines(last, [
      { mask: input(sample, 'mask1'), color: outlineColors.truth },
      { mask: input(sample, 'found'), color: outlineColors.found },
    ]),
  ]);
}
