import { createRandom, hash32 } from '@vosvfi/core';
import { type BrokenFiles, createBrokenFiles } from '../batches/broken.js';
import type { CutOuts } from '../cut-outs/cut-out-folder.js';
import { createCutOutLibrary } from '../cut-outs/cut-out-library.js';
import type { PhotoTextures } from '../photos/photo-folder.js';
import { createPhotoLibrary } from '../photos/photo-library.js';
import { checkIndex, type TripletDataset, type TripletSample } from '../sample.js';
import { parseSceneConfig, type SceneConfig, type SceneOptions } from './config.js';
import { createSyntheticScene, type SyntheticScene } from './scene.js';
import { drawScenePictures, type SceneLibraries } from './scene-photos.js';

/** Time of the middle frame: a fixed one in (0, 1), or for each sample its own, uniform in [1/16, 15/16]. */
export type MiddleTime = number | 'uniform';

/** Options of {@link createSyntheticDataset}. */
export interface SyntheticDatasetOptions {
  readonly seed: number;
  readonly length: number;
  readonly scene: SceneOptions;
  /** 0.5 by default. */
  readonly t?: MiddleTime;
  /** True to have flow in the samples; costs about as much again as the frames. */
  readonly flow?: boolean;
  /** Photographs that surfaces are cut from; without them, patterns. */
  readonly textures?: PhotoTextures;
  /** Cut-outs that are the objects; without them, shapes. */
  readonly cutOuts?: CutOuts;
}

/** Opens the libraries of what scenes are made of. */
export function openSceneLibraries(
  { textures, cutOuts }: Pick<SyntheticDatasetOptions, 'textures' | 'cutOuts'>,
  broken: BrokenFiles,
): SceneLibraries {
  return {
    photos: textures && createPhotoLibrary(textures, broken),
    cutOuts: cutOuts && createCutOutLibrary(cutOuts, broken),
  };
}

/** A data set of scenes, each from a seed of its own. */
export interface SyntheticDataset extends TripletDataset {
  /** The scene behind a sample, for further times or occlusions. */
  scene(index: number): Promise<SyntheticScene>;
}

/** The seed of scene number `index` in the series that `seed` starts. */
export function sceneSeed(seed: number, index: number): number {
  return hash32(`scene ${seed}/${index}`);
}

/** The scene of a seed, with pictures of libraries if some are given. @throws MediaError for a broken picture. */
export async function openScene(seed: number, config: SceneConfig, libraries: SceneLibraries): Promise<SyntheticScene> {
  return createSyntheticScene(seed, config, await drawScenePictures(seed, config, libraries));
}

/** One sample of a scene; its masks label every object, from 1 at the back. */
export function sampleScene(scene: SyntheticScene, t: MiddleTime, hasFlow: boolean): TripletSample {
  const middle =
    t === 'uniform'
      ? createRandom(scene.seed)
          .fork('t')
          .uniform(1 / 16, 15 / 16)
      : t;
  const [view0, viewT, view1] = [scene.render(0), scene.render(middle), scene.render(1)];
  const sample: TripletSample = {
    name: `synthetic-${scene.seed}`,
    t: middle,
    frames: [view0.frame, viewT.frame, view1.frame],
    masks: [view0.labels, viewT.labels, view1.labels],
  };
  return hasFlow ? { ...sample, flow: flowPair(scene, middle) } : sample;
}

function flowPair(scene: SyntheticScene, t: number): Float32Array {
  const backward = scene.flow(t, 0).flow;
  const forward = scene.flow(t, 1).flow;
  const pair = new Float32Array(backward.length * 2);
  for (let i = 0; i < backward.length; i += 2) {
    pair[i * 2] = backward[i]!;
    pair[i * 2 + 1] = backward[i + 1]!;
    pair[i * 2 + 2] = forward[i]!;
    pair[i * 2 + 3] = forward[i + 1]!;
  }
  return pair;
}

/**
 * Scenes rendered when they are asked for; nothing but pictures is kept.
 * @throws ConfigError for an invalid scene option; `scene` and `sample` throw MediaError for a broken picture.
 */
export function createSyntheticDataset(options: SyntheticDatasetOptions): SyntheticDataset {
  const { seed, length, t = 0.5, flow = false } = options;
  const config = parseSceneConfig(options.scene);
  const libraries = openSceneLibraries(options, createBrokenFiles('stop'));
  const scene = async (index: number) => {
    checkIndex(index, length);
    return openScene(sceneSeed(seed, index), config, libraries);
  };
  return { length, scene, sample: async (index) => sampleScene(await scene(index), t, flow) };
}
