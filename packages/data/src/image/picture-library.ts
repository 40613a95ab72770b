import { MediaError, type Random } from '@vosvfi/core';
import type { BrokenFiles } from '../batches/broken.js';

/** Decoded pictures within a bound of memory. */
export interface PictureLibrary<P> {
  /** A picture that `random` draws; broken ones are replaced by the next in the list, if the account of them lets it. */
  draw(random: Random): Promise<P>;
}

/** What a library holds. */
export interface PictureLibraryOptions<P> {
  readonly folder: string;
  readonly files: readonly string[];
  /** Bound for decoded pictures, MiB. */
  readonly cacheMegabytes: number;
  /** What the pictures are called in messages. */
  readonly what: string;
  /** @throws MediaError for a file that cannot be used. */
  read(file: string): Promise<P>;
}

/** Opens a library; what it gives depends on the files and the stream only, not on what it happens to hold. */
export function createPictureLibrary<P extends { readonly bytes: number }>(
  { folder, files, cacheMegabytes, what, read }: PictureLibraryOptions<P>,
  broken: BrokenFiles,
): PictureLibrary<P> {
  // In the order of last use.
  const held = new Map<number, Promise<P>>();
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

  const load = async (index: number): Promise<P> => {
    const picture = await read(files[index]!);
    sizes.set(index, picture.bytes);
    makeRoom();
    return picture;
  };

  const get = async (index: number): Promise<P | undefined> => {
    if (unusable.has(index)) return undefined;
    const picture = held.get(index) ?? load(index);
    held.delete(index);
    held.set(index, picture);
    try {
      return await picture;
    } catch (error) {
      held.delete(index);
      if (!unusable.has(index)) broken.report(error);
      unusable.set(index, error as MediaError);
      return undefined;
    }
  };

  return {
    async draw(random) {
      const first = random.integer(0, files.length - 1);
      for (let k = 0; k < files.length; k++) {
        const picture = await get((first + k) % files.length);
        if (picture) return picture;
      }
      throw new MediaError(folder, `none of its ${files.length} ${what} can be read.`);
    },
  };
}
