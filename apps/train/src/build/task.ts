import { createStcn } from '@vosvfi/vos/stcn';
import type { Recipe } from '../recipe/schema.js';
import { interpolationTask } from '../tasks/interpolation.js';
import { segmentationTask } from '../tasks/segmentation.js';
import type { TrainingTask } from '../tasks/task.js';
import { buildInterpolationNetwork } from './network.js';
import { hasMasks } from './source-plan.js';

/** Network and objective of a recipe, which its schema has checked to fit each other. */
export async function buildTask({ network, objective, dataset, validation }: Recipe): Promise<TrainingTask> {
  switch (network.kind) {
    case 'ifrnet_s':
    case 'ifrnet':
    case 'ifrnet_l':
    case 'ifrnet_custom':
      if (objective.kind !== 'ifrnet') break;
      return await interpolationTask(
        buildInterpolationNetwork(network),
        objective,
        await hasMasks(validation?.dataset ?? dataset),
      );
    case 'stcn':
    case 'stcn_tiny':
      if (objective.kind === 'stcn') return segmentationTask(createStcn(network.kind), objective);
  }
  throw new Error(`Objective "${objective.kind}" does not train network "${network.kind}".`);
}
