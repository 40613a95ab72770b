import type { BrokenFiles } from '../batches/broken.js';
import { createPictureLibrary, type PictureLibrary } from '../image/picture-library.js';
import { type Photo, readPhoto } from './photo.js';
import type { PhotoTextures } from './photo-folder.js';

/** Decoded photographs within a bound of memory. */
export interface PhotoLibrary extends PictureLibrary<Photo> {
  readonly textures: PhotoTextures;
}

/** Opens a library; broken photographs are replaced by the next in the list, if `broken` lets them. */
export function createPhotoLibrary(textures: PhotoTextures, broken: BrokenFiles): PhotoLibrary {
  const read = (file: string) => readPhoto(file, textures.maxSide);
  return { textures, ...createPictureLibrary({ ...textures, what: 'photographs', read }, broken) };
}
