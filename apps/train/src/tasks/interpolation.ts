import { addObjectives, type ObjectiveValue } from '@vosvfi/losses';
import type { TensorWeights } from '@vosvfi/runtime';
import type * as tf from '@vosvfi/runtime/tf';
import type { Baseline } from '../baselines/baseline.js';
import { loadSegmenter } from '../build/segmenter.js';
import type { VosRecipe } from '../recipe/vos-schema.js';
import type { SupervisingNetwork } from '../segmenters/segmenter.js';
import { isSwitchedOff } from '../segmenters/vos-options.js';
import { interpolationQuality } from './quality.js';
import { input, type TrainingTask } from './task.js';

/** What the frozen segmenter's weights are called among the constants of the loss. */
const segmenterPrefix = 'segmenter/';

/** What terms of masks read of a batch. */
const maskNames = ['mask0', 'maskT', 'mask1'] as const;

/**
 * Training of an interpolation network with its own losses and, if the recipe says so, the VOS-aware ones.
 * @throws CheckpointError if the segmenter's weights cannot be read or do not fit.
 */
export async function interpolationTask(
  baseline: Baseline,
  vosRecipe: VosRecipe | undefined,
  hasMasks: boolean,
): Promise<TrainingTask> {
  const vos = vosRecipe === undefined || isSwitchedOff(vosRecipe) ? undefined : vosRecipe;
  const segmenter = vos === undefined ? undefined : await loadSegmenter(vos.segmenter);
  const segmenterWeights = [...(segmenter?.weights ?? [])].map(
    ([key, tensor]) => [segmenterPrefix + key, tensor] as const,
  );
  return {
    parameters: baseline.parameters,
    inputs: [
      ...['frame0', 'frameT', 'frame1'],
      ...baseline.inputs,
      ...(segmenter === undefined || segmenter.perFrame ? [] : maskNames),
    ],
    frozen: new Map([...baseline.frozen, ...segmenterWeights]),
    loss: (weights, inputs, frozen) => {
      const { frame, own } = baseline.evaluate(weights, inputs, frozen);
      if (vos === undefined || segmenter === undefined) return own;
      return addObjectives(own, segmenterTerms(segmenter, withoutPrefix(frozen), frame, inputs, vos));
    },
    measure: interpolationQuality(baseline.network, hasMasks),
  };
}

/** Terms of a made frame; `inputs` are those of the batch. */
function segmenterTerms(
  segmenter: SupervisingNetwork,
  weights: TensorWeights,
  frame: tf.Tensor,
  inputs: Readonly<Record<string, tf.Tensor>>,
  vos: VosRecipe,
): ObjectiveValue {
  if (segmenter.perFrame) return segmenter.terms(weights, { frame, frameT: input(inputs, 'frameT') }, vos);
  const frames = { frame, frame0: input(inputs, 'frame0'), frame1: input(inputs, 'frame1') };
  const masks = { mask0: input(inputs, 'mask0'), maskT: input(inputs, 'maskT'), mask1: input(inputs, 'mask1') };
  return segmenter.terms(weights, { ...frames, ...masks }, vos);
}

function withoutPrefix(frozen: TensorWeights): TensorWeights {
  const entries = [...frozen].filter(([key]) => key.startsWith(segmenterPrefix));
  return new Map(entries.map(([key, tensor]) => [key.slice(segmenterPrefix.length), tensor]));
}
