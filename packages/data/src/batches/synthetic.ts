import type { BatchSource } from '@vosvfi/core';
import { parseSceneConfig } from '../synthetic/config.js';
import { checkBatchOptions, createBatchSource, inlineSource } from './source.js';
import { makeSyntheticBatch, type SyntheticBatchOptions } from './synthetic-batch.js';

/**
 * Endless batches of synthetic scenes, rendered on the fly. Batch `step` holds scenes `step * batchSize` onwards of the
 * series that `seed` starts, whatever `workers` is; 8-bit colours, as if read from files.
 * @throws ConfigError for an invalid option.
 */
export function createSyntheticBatches(options: SyntheticBatchOptions): BatchSource {
  const { workers = 0, t = 0.5, ...rest } = options;
  checkBatchOptions({ batchSize: options.batchSize, workers, t });
  parseSceneConfig({ ...options.scene, height: options.height, width: options.width });
  const task = { ...rest, t };
  if (workers === 0) return inlineSource(async (step) => makeSyntheticBatch(task, step));
  return createBatchSource({ kind: 'synthetic', options: task }, workers);
}
