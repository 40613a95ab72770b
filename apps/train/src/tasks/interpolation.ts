import { addObjectives, ifrnetObjective } from '@vosvfi/losses';
import type { IfrnetNetwork } from '@vosvfi/models/ifrnet';
import type { TensorWeights } from '@vosvfi/runtime';
import { loadSegmenter } from '../build/segmenter.js';
import type { Recipe } from '../recipe/schema.js';
import { isSwitchedOff } from '../segmenters/vos-options.js';
import { interpolationQuality } from './quality.js';
import { input, type TrainingTask } from './task.js';

type IfrnetRecipe = Extract<Recipe['objective'], { kind: 'ifrnet' }>;

/** What the frozen segmenter's weights are called among the constants of the loss. */
const segmenterPrefix = 'segmenter/';

/**
 * Training of an interpolation network with its own losses and, if the recipe says so, the VOS-aware ones.
 * @throws CheckpointError if the segmenter's weights cannot be read or do not fit.
 */
export async function interpolationTask(
  network: IfrnetNetwork,
  objective: IfrnetRecipe,
  hasMasks: boolean,
): Promise<TrainingTask> {
  const { geometryWeight, distillationWeight, distillation } = objective;
  const vos = objective.vos === undefined || isSwitchedOff(objective.vos) ? undefined : objective.vos;
  const segmenter = vos === undefined ? undefined : await loadSegmenter(vos.segmenter);
  return {
    parameters: network.parameters,
    inputs: [
      ...['frame0', 'frameT', 'frame1', 't'],
      ...(distillation ? ['flow'] : []),
      ...(vos === undefined ? [] : ['mask0', 'maskT', 'mask1']),
    ],
    frozen: new Map([...(segmenter?.weights ?? [])].map(([key, tensor]) => [segmenterPrefix + key, tensor])),
    loss: (weights, inputs, frozen) => {
      const frame0 = input(inputs, 'frame0');
      const frameT = input(inputs, 'frameT');
      const frame1 = input(inputs, 'frame1');
      const prediction = network.forwardTraining(weights, { frame0, frame1, frameT, t: input(inputs, 't') });
      const target = distillation ? { frameT, flow: input(inputs, 'flow') } : { frameT };
      const own = ifrnetObjective(prediction, target, { geometryWeight, distillationWeight });
      if (vos === undefined || segmenter === undefined) return own;
      const masks = { mask0: input(inputs, 'mask0'), maskT: input(inputs, 'maskT'), mask1: input(inputs, 'mask1') };
      const seen = { frame: prediction.frame, frame0, frame1, ...masks };
      return addObjectives(own, segmenter.terms(withoutPrefix(frozen), seen, vos));
    },
    measure: interpolationQuality(network, hasMasks),
  };
}

function withoutPrefix(frozen: TensorWeights): TensorWeights {
  const entries = [...frozen].filter(([key]) => key.startsWith(segmenterPrefix));
  return new Map(entries.map(([key, tensor]) => [key.slice(segmenterPrefix.length), tensor]));
}
