import { createRandom } from '@vosvfi/core';
import type { CutOut } from '../cut-outs/cut-out.js';
import type { CutOutLibrary } from '../cut-outs/cut-out-library.js';
import type { Photo } from '../photos/photo.js';
import type { PhotoLibrary } from '../photos/photo-library.js';
import type { SceneConfig } from './config.js';
import { drawCounts } from './counts.js';

/** Pictures that scenes are made of. */
export interface ScenePictures {
  /** Photographs that surfaces are cut from; without them, patterns. */
  readonly photos?: ScenePhotos;
  /** Cut-outs that are the objects; without them, shapes. */
  readonly cutOuts?: SceneCutOuts;
}

/** The cut-outs of a scene, one for each object; objects without one are shapes. */
export interface SceneCutOuts {
  readonly objects: readonly (CutOut | undefined)[];
  /** See `jitter` of the cut-outs. */
  readonly jitter: number;
}

/** The photographs that a scene's surfaces are cut from; surfaces without one have patterns. */
export interface ScenePhotos {
  readonly background: Photo | undefined;
  /** One for each object. */
  readonly objects: readonly (Photo | undefined)[];
  /** Share of the painted clutter that shows photographs, which are those of the scene's other surfaces. */
  readonly share: number;
  /** See `jitter` of the textures. */
  readonly jitter: number;
}

/** Where the pictures of scenes come from. */
export interface SceneLibraries {
  readonly photos?: PhotoLibrary | undefined;
  readonly cutOuts?: CutOutLibrary | undefined;
}

/** Draws the pictures of the scene of a seed. */
export async function drawScenePictures(
  seed: number,
  config: SceneConfig,
  { photos, cutOuts }: SceneLibraries,
): Promise<ScenePictures> {
  return {
    ...(photos && { photos: await drawPhotos(seed, config, photos) }),
    ...(cutOuts && { cutOuts: await drawCutOuts(seed, config, cutOuts) }),
  };
}

async function drawCutOuts(seed: number, config: SceneConfig, library: CutOutLibrary): Promise<SceneCutOuts> {
  const { share, jitter } = library.cutOuts;
  const random = createRandom(seed);
  const { objects } = drawCounts(config, random);
  const draw = async (_: unknown, k: number) => {
    const stream = random.fork(`cut-out of object ${k}`);
    return stream.chance(share) ? library.draw(stream) : undefined;
  };
  return { objects: await Promise.all(Array.from({ length: objects }, draw)), jitter };
}

async function drawPhotos(seed: number, config: SceneConfig, library: PhotoLibrary): Promise<ScenePhotos> {
  const { share, jitter } = library.textures;
  const random = createRandom(seed);
  const { objects } = drawCounts(config, random);
  const draw = async (surface: string) => {
    const stream = random.fork(`photograph of ${surface}`);
    return stream.chance(share) ? library.draw(stream) : undefined;
  };
  const surfaces = ['background', ...Array.from({ length: objects }, (_, k) => `object ${k}`)];
  const [background, ...others] = await Promise.all(surfaces.map(draw));
  return { background, objects: others, share, jitter };
}
