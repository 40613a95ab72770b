import type { Frame, HostTensor } from '@vosvfi/core';
import { resizeBilinear } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';
import {
  colorize,
  createMastSegmenter,
  type MastNetwork,
  mastStatistics,
  mastTrainingLoss,
  normalizeLab,
  subsample,
} from '@vosvfi/vos/mast';
import { bytesOf, contactRow, outlineColors, withOutlines } from '../pictures/contact-row.js';
import type { Recipe } from '../recipe/schema.js';
import { mean } from './mean.js';
import { input, type Measure, type TrainingTask } from './task.js';

type MastRecipe = Extract<Recipe['objective'], { kind: 'mast' }>;

/** Training of MAST on the first and last frames of triplets, without masks. */
export function mastTask(network: MastNetwork, { radius }: MastRecipe, hasMasks: boolean): TrainingTask {
  return {
    // Running statistics move with the training: they are weights of the step, though no gradient trains them.
    parameters: network.parameters.map((parameter) => ({ ...parameter, trainable: true })),
    runningAverages: mastStatistics(network),
    inputs: ['frame0', 'frame1'],
    frozen: new Map(),
    loss: mastTrainingLoss(network, { radius }),
    measure: correspondence(network, radius, hasMasks),
  };
}

/**
 * How well places are found again: PSNR of the last frame made of the colours of the first (of every fourth pixel, so it
 * cannot be high), and where there are masks, J of the first one copied to the last frame.
 */
function correspondence(network: MastNetwork, radius: number, hasMasks: boolean): Measure {
  return {
    inputs: ['frame0', 'frame1', ...(hasMasks ? ['mask0', 'mask1'] : [])],
    run: (inputs, weights) => {
      const [frame0, frame1] = [input(inputs, 'frame0'), input(inputs, 'frame1')] as [tf.Tensor4D, tf.Tensor4D];
      const segmenter = createMastSegmenter(network, weights, { radius });
      const query = segmenter.encodeQuery(frame1);
      const features = network.encode(weights, normalizeLab(frame0));
      const { values } = colorize(query.features, [{ features, values: subsample(frame0), age: 1 }], { radius });
      const recolored = resizeBilinear(values, query.size);
      const error = tf.mean(tf.squaredDifference(recolored, frame1), [1, 2, 3]);
      if (!hasMasks) return { recolored, error };
      const probabilities = segmenter.segment(segmenter.memorize(frame0, input(inputs, 'mask0') as tf.Tensor4D), query);
      const found = tf.cast(tf.greater(probabilities, 0.5), 'float32');
      const truth = input(inputs, 'mask1');
      return {
        recolored,
        error,
        found,
        intersection: tf.sum(tf.mul(found, truth), [1, 2, 3]),
        union: tf.sum(tf.maximum(found, truth), [1, 2, 3]),
      };
    },
    read: ({ error = [], intersection, union }) => ({
      psnr: mean(error.map((value) => -10 * Math.log10(value))),
      // As DAVIS: two empty masks agree.
      ...(intersection !== undefined && union !== undefined
        ? { jaccard: mean(union.map((area, i) => (area === 0 ? 1 : (intersection[i] as number) / area))) }
        : {}),
    }),
    show: { outputs: ['recolored', ...(hasMasks ? ['found'] : [])], picture: correspondenceRow },
  };
}

/** First and last frame, and the last made of the first one's colours; with outlines of true and found masks. */
function correspondenceRow(sample: Readonly<Record<string, HostTensor>>): Frame {
  const [first, last] = [bytesOf(input(sample, 'frame0')), bytesOf(input(sample, 'frame1'))];
  const recolored = bytesOf(input(sample, 'recolored'));
  const { mask0, mask1, found } = sample;
  if (mask0 === undefined || mask1 === undefined || found === undefined) return contactRow([first, last, recolored]);
  const outlines = [
    { mask: mask1, color: outlineColors.truth },
    { mask: found, color: outlineColors.found },
  ];
  return contactRow([
    withOutlines(first, [{ mask: mask0, color: outlineColors.truth }]),
    withOutlines(last, outlines),
    recolored,
  ]);
}
