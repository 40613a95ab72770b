import type { Frame, HostTensor } from '@vosvfi/core';
import { bootstrappedCrossEntropy } from '@vosvfi/losses';
import * as tf from '@vosvfi/runtime/tf';
import { type StcnNetwork, stcnTrainingLoss } from '@vosvfi/vos/stcn';
import { bytesOf, contactRow, outlineColors, withOutlines } from '../pictures/contact-row.js';
import type { Recipe } from '../recipe/schema.js';
import { mean } from './mean.js';
import { input, type TrainingTask } from './task.js';

type StcnRecipe = Extract<Recipe['objective'], { kind: 'stcn' }>;

/** Training of a segmentation network on clips of three frames with the mask of one object. */
export function segmentationTask(network: StcnNetwork, { fraction }: StcnRecipe): TrainingTask {
  return {
    parameters: network.parameters,
    inputs: ['frame0', 'frameT', 'frame1', 'mask0', 'maskT', 'mask1'],
    frozen: new Map(),
    loss: stcnTrainingLoss(network, (logits, target) => bootstrappedCrossEntropy(logits, target, fraction)),
    measure: {
      inputs: ['frame0', 'frame1', 'mask0', 'mask1'],
      run: (inputs, weights) => {
        const { mask1 } = network.forward(weights, {
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
