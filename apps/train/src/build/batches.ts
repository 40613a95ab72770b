import { type BatchSource, ConfigError, hash32, type MediaError } from '@vosvfi/core';
import { createBatches, type SeriesPlan } from '@vosvfi/data';
import type { DatasetRecipe } from '../recipe/dataset-schema.js';
import { planSource } from './source-plan.js';

/** What decides the batches beside the data set. */
export interface BatchPlan {
  readonly seed: number;
  readonly batchSize: number;
  /** Keys that each batch must have. */
  readonly inputs: readonly string[];
  /** Every sample once, in order and without augmentation (but cropped), instead of endless shuffling. */
  readonly isValidation?: boolean;
  /** Hears which files were passed over. */
  readonly onWarning?: (message: string) => void;
}

/**
 * Opens the batches of a recipe's data set.
 * @throws ConfigError if the data set lacks masks or flow that the objective needs, or if the sources of a mixture differ
 *   in size; MediaError if a file is missing.
 */
export async function openBatches(dataset: DatasetRecipe, plan: BatchPlan): Promise<BatchSource> {
  const { batchSize, inputs, isValidation = false, onWarning } = plan;
  const onBroken = reportOnce(onWarning);
  const series = await planSource(dataset, {
    seed: hash32(`${plan.seed}/data`),
    masks: inputs.some((key) => key.startsWith('mask')),
    flow: inputs.includes('flow'),
    isValidation,
    ...(dataset.onBrokenSample === 'skip' ? { onBroken } : {}),
  });
  checkFacts(series, inputs);
  return createBatches(series, {
    batchSize,
    workers: dataset.workers,
    onBrokenSample: dataset.onBrokenSample,
    onBroken,
  });
}

function checkFacts(series: SeriesPlan, inputs: readonly string[]): void {
  const parts = series.kind === 'mixed' ? series.plans : [series];
  const field = (k: number) => (series.kind === 'mixed' ? `dataset.sources.${k}` : 'dataset');
  if (inputs.some((key) => key.startsWith('mask')) && !series.facts.hasMasks) {
    throw new ConfigError('dataset', `${series.facts.label}: no masks, which the objective needs.`);
  }
  parts.forEach(({ facts }, k) => {
    if (!inputs.includes('flow') || facts.hasFlow) return;
    throw new ConfigError(field(k), `${facts.label}: no flow, which the objective needs of all samples.`);
  });
}

/** Tells of each broken file once, with the number of samples that were replaced so far. */
function reportOnce(onWarning: ((message: string) => void) | undefined): (error: MediaError) => void {
  const known = new Set<string>();
  let count = 0;
  return ({ file, message }) => {
    count += 1;
    if (known.has(file)) return;
    known.add(file);
    onWarning?.(`${message} Another sample is taken in its place (${count} so far).`);
  };
}
