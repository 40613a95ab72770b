import { basename, extname, join, relative } from 'node:path';
import { MediaError } from '@vosvfi/core';
import type { LayoutProblem } from '../../evaluation/item.js';
import { listFolders } from '../../sequences/list-folders.js';
import { fileSource } from '../file-source.js';
import type { ItemSource, LayoutContent } from '../item-source.js';
import { type LayoutOf, listFiles, requireFolder } from './layout.js';
import { frameProblems, isPicture } from './sequence-folder.js';

/** Where the folders of the sequences lie. */
interface Roots {
  readonly frames: string;
  readonly masks: string | null;
}

/**
 * Reads a data set in the layout of DAVIS: `JPEGImages/480p/NAME/00000.jpg` with `Annotations/480p/NAME/00000.png`, the same
 * without the folder of the resolution, or a single folder of frames; of whichever sequences there are, also folders of frames
 * side by side. Masks may be missing, altogether or for some frames.
 * @param annotations Folder of the masks.
 * @throws MediaError if the folder is missing.
 */
export async function readDavis(
  layout: LayoutOf<'davis'>,
  folder: string,
  annotations = 'Annotations',
): Promise<LayoutContent> {
  await requireFolder(folder);
  const roots = (await findRoots(layout, folder, annotations)) ?? (await findPlainFolders(layout, folder));
  if (roots === null) return readSingleFolder(folder);
  const found = (await listFolders(roots.frames)) ?? [];
  const sources: ItemSource[] = [];
  const problems: LayoutProblem[] = [];
  for (const name of layout.sequences ?? found) {
    if (!found.includes(name)) {
      problems.push({ path: relative(folder, join(roots.frames, name)), problem: 'this sequence is missing.' });
      continue;
    }
    const { source, problems: ofSequence } = await readSequence(name, roots, folder);
    if (source !== null) sources.push(source);
    problems.push(...ofSequence);
  }
  return { sources, problems };
}

/** Frames of a data set of one resolution have the same masks as those of another that is called otherwise. */
function resolutionsOf({ resolution }: LayoutOf<'davis'>): string[] {
  if (resolution === '1080p') return ['1080p', 'Full-Resolution'];
  if (resolution === 'Full-Resolution') return ['Full-Resolution', '1080p'];
  return resolution === undefined ? ['480p', ''] : [resolution, ''];
}

async function findRoots(layout: LayoutOf<'davis'>, folder: string, annotations: string): Promise<Roots | null> {
  const resolutions = resolutionsOf(layout);
  for (const resolution of resolutions) {
    const frames = join(folder, 'JPEGImages', resolution);
    const names = await listFolders(frames);
    if (names === null || names.length === 0) continue;
    // A folder of resolutions is no folder of sequences.
    if (resolution === '' && names.some((name) => /^(480p|1080p|Full-Resolution)$/.test(name))) continue;
    const masks = join(folder, annotations, resolution);
    return { frames, masks: (await listFolders(masks)) === null ? null : masks };
  }
  if ((await listFolders(join(folder, 'JPEGImages'))) === null) return null;
  const expected = resolutions.map((resolution) => join('JPEGImages', resolution, 'NAME')).join(' or ');
  throw new MediaError(folder, `expected frames in ${expected}; there are none.`);
}

/** Folders of frames, where no sequences are named and the folder itself holds no pictures. */
async function findPlainFolders({ sequences }: LayoutOf<'davis'>, folder: string): Promise<Roots | null> {
  const hasPictures = async (path: string): Promise<boolean> => (await listFiles(path)).some(isPicture);
  if (sequences !== undefined || (await hasPictures(folder))) return null;
  for (const name of (await listFolders(folder)) ?? []) {
    if (await hasPictures(join(folder, name))) return { frames: folder, masks: null };
  }
  throw new MediaError(folder, 'expected pictures, folders of them, or JPEGImages/NAME; there are none.');
}

async function readSingleFolder(folder: string): Promise<LayoutContent> {
  const frames = (await listFiles(folder)).filter(isPicture).map((name) => join(folder, name));
  const problems = frameProblems(folder, frames, folder);
  if (problems.length > 0) return { sources: [], problems };
  return { sources: [fileSource({ id: basename(folder), frames, masks: null })], problems: [] };
}

async function readSequence(name: string, roots: Roots, root: string) {
  const folder = join(roots.frames, name);
  const frames = (await listFiles(folder)).filter(isPicture).map((file) => join(folder, file));
  const problems = frameProblems(folder, frames, root);
  if (problems.length > 0) return { source: null, problems };
  if (roots.masks === null) return { source: fileSource({ id: name, frames, masks: null }), problems };
  const maskFolder = join(roots.masks, name);
  const available = new Set(await listFiles(maskFolder));
  const masks = frames.map((frame) => {
    const file = `${basename(frame, extname(frame))}.png`;
    return available.has(file) ? join(maskFolder, file) : null;
  });
  const missing = masks.filter((mask) => mask === null).length;
  if (missing > 0) {
    const problem = `${missing} of ${frames.length} frames have no mask, the first is ${basename(frames[masks.indexOf(null)]!)}.`;
    problems.push({ path: relative(root, maskFolder), problem });
  }
  return { source: fileSource({ id: name, frames, masks }), problems };
}
