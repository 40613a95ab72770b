import { addObjectives } from '@vosvfi/losses';
import type { TensorWeights } from '@vosvfi/runtime';
import type { Baseline } from '../baselines/baseline.js';
import { loadSegmenter } from '../build/segmenter.js';
import type { VosRecipe } from '../recipe/vos-schema.js';
import { isSwitchedOff } from '../segmenters/vos-options.js';
import { interpolationQuality } from './quality.js';
import { input, type TrainingTask } from './task.js';

/** What the frozen segmenter's weights are called among the constants of the loss. */
const segmenterPrefix = 'segmenter/';

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
      ...(vos === undefined ? [] : ['mask0', 'maskT', 'mask1']),
    ],
    frozen: new Map([...baseline.frozen, ...segmenterWeights]),
    loss: (weights, inputs, frozen) => {
      const { frame, own } = baseline.evaluate(weights, inputs, frozen);
      if (vos === undefined || segmenter === undefined) return own;
      const frames = { frame, frame0: input(inputs, 'frame0'), frame1: input(inputs, 'frame1') };
      const masks = { mask0: input(inputs, 'mask0'), maskT: input(inputs, 'maskT'), mask1: input(inputs, 'mask1') };
      return addObjectives(own, segmenter.terms(withoutPrefix(frozen), { ...frames, ...masks }, vos));
    },
    measure: interpolationQuality(baseline.network, hasMasks),
  };
}

function withoutPrefix(frozen: TensorWeights): TensorWeights {
  const entries = [...frozen].filter(([key]) => key.startsWith(segmenterPrefix));
  return new Map(entries.map(([key, tensor]) => [key.slice(segmenterPrefix.length), tensor]));
}
