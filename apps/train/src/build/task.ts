import { ConfigError } from '@vosvfi/core';
import { createMast } from '@vosvfi/vos/mast';
import { type DatasetRecipe, timesOf } from '../recipe/dataset-schema.js';
import type { Recipe } from '../recipe/schema.js';
import { followingNetwork } from '../tasks/following-networks.js';
import { interpolationTask } from '../tasks/interpolation.js';
import { mastTask } from '../tasks/mast.js';
import { segmentationTask } from '../tasks/segmentation.js';
import type { TrainingTask } from '../tasks/task.js';
import { buildBaseline } from './baseline.js';
import { hasMasks } from './source-plan.js';

/** Network and objective of a recipe, which its schema has checked to fit each other. */
export async function buildTask({ network, objective, dataset, validation }: Recipe): Promise<TrainingTask> {
  const following = followingNetwork(network, objective);
  if (following !== undefined) return segmentationTask(following);
  if ((network.kind === 'mast' || network.kind === 'mast_custom') && objective.kind === 'mast') {
    const mast = network.kind === 'mast' ? createMast() : createMast(network.config);
    return mastTask(mast, objective, await hasMasks(validation?.dataset ?? dataset));
  }
  const baseline = await buildBaseline(network, objective);
  if (baseline !== undefined && objective.kind !== 'stcn' && objective.kind !== 'rvos' && objective.kind !== 'mast') {
    checkTimes(baseline.network.times, 'dataset', dataset);
    if (validation?.dataset) checkTimes(baseline.network.times, 'validation.dataset', validation.dataset);
    return await interpolationTask(baseline, objective.vos, await hasMasks(validation?.dataset ?? dataset));
  }
  throw new Error(`Objective "${objective.kind}" does not train network "${network.kind}".`);
}

/** @throws ConfigError if the data set has middle frames at times that the network cannot make. */
function checkTimes(times: 'any' | readonly number[], field: string, dataset: DatasetRecipe): void {
  if (times === 'any') return;
  const wrong = timesOf(dataset).find((t) => t === 'uniform' || !times.includes(t));
  if (wrong === undefined) return;
  throw new ConfigError(`${field}.t`, `expected ${times.join(' or ')}, which the network can make, found ${wrong}.`);
}
