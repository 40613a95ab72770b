import { createRandom } from '@vosvfi/core';
import type { Photo } from '../photos/photo.js';
import type { PhotoLibrary } from '../photos/photo-library.js';
import type { SceneConfig } from './config.js';
import { drawCounts } from './counts.js';

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

/** Draws the photographs of the scene of a seed. */
export async function drawScenePhotos(seed: number, config: SceneConfig, library: PhotoLibrary): Promise<ScenePhotos> {
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
