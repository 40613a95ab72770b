import { createRandom, type Mask, type Random } from '@vosvfi/core';
import type { CutOuts } from '../cut-outs/cut-out-folder.js';
import type { PhotoTextures } from '../photos/photo-folder.js';
import { parseSceneConfig, type SceneOptions } from '../synthetic/config.js';
import { type MiddleTime, openScene, openSceneLibraries, sampleScene, sceneSeed } from '../synthetic/dataset.js';
import type { BrokenFiles } from './broken.js';
import { checkTime } from './check.js';
import type { Foreground } from './collate.js';
import type { SampleSeries, SeriesFacts } from './series.js';

/** A series of synthetic scenes, rendered on the fly; 8-bit colours, as if read from files. */
export interface SyntheticSeriesOptions {
  readonly seed: number;
  /** Pixels. */
  readonly height: number;
  readonly width: number;
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
  /** Photographs that surfaces are cut from; without them, patterns. */
  readonly textures?: PhotoTextures;
  /** Cut-outs that are the objects; without them, shapes. */
  readonly cutOuts?: CutOuts;
}

/** Plain data that says how to make the series, for worker threads too. */
export interface SyntheticPlan {
  readonly kind: 'synthetic';
  readonly facts: SeriesFacts;
  readonly options: SyntheticSeriesOptions;
}

/**
 * Describes a series of synthetic scenes.
 * @throws ConfigError for an invalid option.
 */
export function planSynthetic(options: SyntheticSeriesOptions): SyntheticPlan {
  const { height, width, scene, t = 0.5, flow = false } = options;
  checkTime(t);
  parseSceneConfig({ ...scene, height, width });
  const facts = { label: 'synthetic scenes', size: { width, height }, hasMasks: true, hasFlow: flow };
  return { kind: 'synthetic', facts, options };
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

/** Opens the series: sample number n is scene number n of those that the seed starts. */
export function openSyntheticSeries(options: SyntheticSeriesOptions, broken: BrokenFiles): SampleSeries {
  const { seed, height, width, t = 0.5, flow = false, foreground = 'all', scene } = options;
  const config = parseSceneConfig({ ...scene, height, width });
  const libraries = openSceneLibraries(options, broken);
  return {
    async draw(first, count) {
      // One stream for all that is drawn together: its label is the batch's number where whole batches are drawn.
      const random = createRandom(seed).fork(`foreground ${first / count}`);
      const drawn = [];
      for (let number = first; number < first + count; number++) {
        const sample = sampleScene(await openScene(sceneSeed(seed, number), config, libraries), t, flow);
        drawn.push({ sample, foreground: foreground === 'all' ? 'all' : choose(sample.masks!, foreground, random) });
      }
      return drawn;
    },
  };
}

function choose(masks: readonly Mask[], foreground: 'one' | 'either', random: Random): Foreground {
  const object = drawObject(masks, random);
  return foreground === 'either' && random.chance(0.5) ? 'all' : object;
}
