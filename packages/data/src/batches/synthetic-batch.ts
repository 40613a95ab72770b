import { createRandom, type HostTensor, type Mask, type Random } from '@vosvfi/core';
import type { SceneOptions } from '../synthetic/config.js';
import { type MiddleTime, sampleScene, sceneSeed } from '../synthetic/dataset.js';
import { createSyntheticScene } from '../synthetic/scene.js';
import { collate, type Foreground } from './collate.js';

/** Options of {@link createSyntheticBatches}. */
export interface SyntheticBatchOptions {
  readonly seed: number;
  readonly batchSize: number;
  /** Pixels. */
  readonly height: number;
  readonly width: number;
  /** Worker threads; 0 renders in the caller's thread when a batch is asked for. 0 by default. */
  readonly workers?: number;
  /** Time of the middle frame, 0.5 by default. */
  readonly t?: MiddleTime;
  /** True to have `flow` in the batches. */
  readonly flow?: boolean;
  /**
   * What the masks hold: `all` moving objects (default), or `one` of them, drawn for each sample among those that all
   * three frames show, so that the others are distractors (for training segmentation networks); `either` draws one of
   * the two for each sample.
   */
  readonly foreground?: 'all' | 'one' | 'either';
  /** Further options of the scenes. */
  readonly scene?: Omit<SceneOptions, 'height' | 'width'>;
}

/** The least area of an object that may be drawn as the only foreground, as a fraction of the picture. */
const LEAST_AREA = 0.004;

function drawObject(masks: readonly Mask[], random: Random): Foreground {
  const smallest = new Map<number, number>();
  const objects = Math.max(...masks.map(({ data }) => data.reduce((most, label) => Math.max(most, label), 0)));
  for (let label = 1; label <= objects; label++) {
    const areas = masks.map(({ data }) => data.reduce((sum, value) => sum + (value === label ? 1 : 0), 0));
    smallest.set(label, Math.min(...areas));
  }
  const least = LEAST_AREA * masks[0]!.data.length;
  const candidates = [...smallest].filter(([, area]) => area >= least).map(([label]) => label);
  if (candidates.length > 0) return [candidates[random.integer(0, candidates.length - 1)]!];
  const largest = [...smallest].sort(([, first], [, second]) => second - first)[0];
  return largest ? [largest[0]] : [];
}

/** Batch number `step`; runs in a worker or in the caller's thread. */
export function makeSyntheticBatch(options: SyntheticBatchOptions, step: number): Record<string, HostTensor> {
  const { seed, batchSize, height, width, t = 0.5, flow = false, foreground = 'all', scene } = options;
  const samples = Array.from({ length: batchSize }, (_, slot) =>
    sampleScene(createSyntheticScene(sceneSeed(seed, step * batchSize + slot), { ...scene, height, width }), t, flow),
  );
  if (foreground === 'all') return collate(samples);
  const random = createRandom(seed).fork(`foreground ${step}`);
  return collate(
    samples,
    samples.map(({ masks }) => {
      const object = drawObject(masks!, random);
      return foreground === 'either' && random.chance(0.5) ? 'all' : object;
    }),
  );
}
