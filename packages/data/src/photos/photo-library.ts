import { MediaError, type Random } from '@vosvfi/core';
import type { BrokenFiles } from '../batches/broken.js';
import { type Photo, readPhoto } from './photo.js';
import type { PhotoTextures } from './photo-folder.js';

/** Decoded photographs within a bound of memory. */
export interface PhotoLibrary {
  readonly textures: PhotoTextures;
  /** A photograph that `random` draws; broken ones are replaced by the next in the list, if `broken` lets them. */
  draw(random: Random): Promise<Photo>;
}

/** Opens a library; what it gives depends on the files and the stream only, not on what it happens to hold. */
export function createPhotoLibrary(textures: PhotoTextures, broken: BrokenFiles): PhotoLibrary {
  const { files, folder, maxSide, cacheMegabytes } = textures;
  // In the order of last use.
  const held = new Map<number, Promise<Photo>>();
  const sizes = new Map<number, number>();
  const unusable = new Map<number, MediaError>();

  const makeRoom = () => {
    let total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    for (const index of held.keys()) {
      if (total <= cacheMegabytes * 2 ** 20) return;
      const size = sizes.get(index);
      if (size === undefined) continue;
      held.delete(index);
      sizes.delete(index);
      total -= size;
    }
  };

  const load = async (index: number): Promise<Photo> => {
    const photo = await readPhoto(files[index]!, maxSide);
    sizes.set(index, photo.bytes);
    makeRoom();
    return photo;
  };

  const get = async (index: number): Promise<Photo | undefined> => {
    if (unusable.has(index)) return undefined;
    const photo = held.get(index) ?? load(index);
    held.delete(index);
    held.set(index, photo);
    try {
      return await photo;
    } catch (error) {
      held.delete(index);
      if (!unusable.has(index)) broken.report(error);
      unusable.set(index, error as MediaError);
      return undefined;
    }
  };

  return {
    textures,
    async draw(random) {
      const first = random.integer(0, files.length - 1);
      for (let k = 0; k < files.length; k++) {
        const photo = await get((first + k) % files.length);
        if (photo) return photo;
      }
      throw new MediaError(folder, `none of its ${files.length} photographs can be read.`);
    },
  };
}
