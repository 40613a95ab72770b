import { readFile } from 'node:fs/promises';
import { isAbsolute, join, normalize, sep } from 'node:path';
import { MediaError } from '@vosvfi/core';
import type { LayoutContent } from '../item-source.js';
import { isFile, type LayoutOf, requireFolder } from './layout.js';
import { readTriplets, type TripletFiles } from './triplet.js';

/**
 * Reads triplets of which a text file names the three frames in each line (SNU-FILM). Folders that the list's paths begin with
 * but that are not there (`data/SNU-FILM/`) are left away, the same number of them in all lines.
 * @throws MediaError if the folder or the list is missing, or a line has not three paths inside the folder.
 */
export async function readTripletList(layout: LayoutOf<'triplet-list'>, folder: string): Promise<LayoutContent> {
  await requireFolder(folder);
  const list = await findList(layout.list, folder);
  const lines = await readLines(list);
  const root = join(folder, layout.root);
  const dropped = await surplusFolders(lines, root);
  const triplets = lines.map((paths): TripletFiles => {
    const kept = paths.map((path) => path.split('/').slice(dropped).join('/'));
    const [before, middle, after] = kept.map((path) => join(root, path));
    // Frames may be in several triplets, but each is the middle of one.
    return { id: kept[1]!.replace(/\.[^./]*$/, ''), frames: [before!, middle!, after!] };
  });
  return readTriplets(triplets, folder);
}

/** Lists lie in the data set's folder or in `eval_modes`, as they were unpacked. */
async function findList(list: string, folder: string): Promise<string> {
  for (const candidate of [join(folder, list), join(folder, 'eval_modes', list)]) {
    if (await isFile(candidate)) return candidate;
  }
  throw new MediaError(join(folder, list), 'no such file; it lists the triplets.', {
    hint: 'It may also lie in the folder eval_modes.',
  });
}

async function readLines(list: string): Promise<string[][]> {
  const lines = (await readFile(list, 'utf8')).split('\n').map((line) => line.trim());
  const triplets = lines.flatMap((line, i) => {
    if (line === '') return [];
    const paths = line.split(/\s+/).map((path) => normalize(path).split(sep).join('/'));
    if (paths.length === 3 && !paths.some((path) => isAbsolute(path) || path.startsWith('..'))) return [paths];
    throw new MediaError(list, `line ${i + 1}: expected three paths inside the data set, found "${line}".`);
  });
  if (triplets.length === 0) throw new MediaError(list, 'lists no triplets.');
  return triplets;
}

/** How many folders the list's paths begin with that are not below `root`. */
async function surplusFolders(lines: readonly (readonly string[])[], root: string): Promise<number> {
  for (const paths of lines.slice(0, 20)) {
    const parts = paths[0]!.split('/');
    for (let dropped = 0; dropped < parts.length; dropped++) {
      if (await isFile(join(root, ...parts.slice(dropped)))) return dropped;
    }
  }
  return 0;
}
