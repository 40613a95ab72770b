import { join } from 'node:path';
import { listFolders } from '../../sequences/list-folders.js';
import type { LayoutContent } from '../item-source.js';
import { type LayoutOf, requireFolder } from './layout.js';
import { readTriplets, type TripletFiles } from './triplet.js';

/**
 * Reads a data set of one folder a triplet (UCF101 of Deep Voxel Flow, Middlebury).
 * @throws MediaError if the folder of the triplets is missing.
 */
export async function readTripletFolders(layout: LayoutOf<'triplet-folders'>, folder: string): Promise<LayoutContent> {
  const root = join(folder, layout.folder);
  await requireFolder(root);
  const names = layout.names ?? (await listFolders(root)) ?? [];
  const [before, middle, after] = layout.frames;
  const truthRoot = layout.truthFolder === undefined ? root : join(folder, layout.truthFolder);
  const triplets = names.map((id): TripletFiles => {
    const frames = [join(root, id, before), join(truthRoot, id, middle), join(root, id, after)] as const;
    const { mask } = layout;
    return mask === undefined ? { id, frames } : { id, frames, mask: join(folder, mask.replaceAll('{item}', id)) };
  });
  return readTriplets(triplets, folder);
}
