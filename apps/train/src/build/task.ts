import { ConfigError } from '@vosvfi/core';
import { takesTime } from '@vosvfi/models';
import { createStcn } from '@vosvfi/vos/stcn';
import type { Recipe } from '../recipe/schema.js';
import { interpolationTask } from '../tasks/interpolation.js';
import { segmentationTask } from '../tasks/segmentation.js';
import type { TrainingTask } from '../tasks/task.js';
import { buildBaseline } from './baseline.js';

/**
 * Network and objective of a recipe, which its schema has checked to fit each other.
 * @throws ConfigError if the data set has times that the network cannot make.
 */
export async function buildTask({ network, objective, dataset }: Recipe): Promise<TrainingTask> {
  if (network.kind === 'stcn' || network.kind === 'stcn_tiny') {
    if (objective.kind === 'stcn') return segmentationTask(createStcn(network.kind), objective);
  } else if (objective.kind !== 'stcn') {
    const baseline = await buildBaseline(network, objective);
    if (baseline !== undefined && dataset.kind === 'synthetic' && dataset.t !== 0.5 && !takesTime(baseline.network)) {
      throw new ConfigError('dataset.t', `expected 0.5, because ${network.kind} makes the middle frame only.`);
    }
    if (baseline !== undefined) return await interpolationTask(baseline, objective.vos, dataset.kind === 'synthetic');
  }
  throw new Error(`Objective "${objective.kind}" does not train network "${network.kind}".`);
}
