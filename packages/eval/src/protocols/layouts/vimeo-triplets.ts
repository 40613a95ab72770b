import { join } from 'node:path';
import { frameFiles, readList } from '@vosvfi/data';
import type { LayoutContent } from '../item-source.js';
import { type LayoutOf, requireFolder } from './layout.js';
import { readTriplets } from './triplet.js';

/**
 * Reads the triplets that a list of Vimeo-90K names, `00001/0389` a line.
 * @throws MediaError if the folder or the list is missing.
 */
export async function readVimeoTriplets(layout: LayoutOf<'vimeo-triplets'>, folder: string): Promise<LayoutContent> {
  await requireFolder(folder);
  const names = await readList(join(folder, layout.list));
  return readTriplets(
    names.map((id) => ({ id, frames: frameFiles(folder, id) })),
    folder,
  );
}
