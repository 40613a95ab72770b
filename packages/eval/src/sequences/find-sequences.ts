import { basename, extname, join } from 'node:path';
import { MediaError } from '@vosvfi/core';
import { listImages } from '@vosvfi/data';
import { listFolders } from './list-folders.js';

/** The files of one sequence: frames in order and, where the data set has annotations, one mask for each. */
export interface SequenceFiles {
  readonly name: string;
  readonly frames: readonly string[];
  readonly masks: readonly string[] | null;
}

/** Which part of a data set to take. */
export interface SequenceSelection {
  /** Names of the sequences to take; default: all. */
  readonly sequences?: readonly string[];
  /** Take the first so many sequences. */
  readonly maxSequences?: number;
  /** Take the first so many frames of each sequence. */
  readonly maxFrames?: number;
  /** Folder of masks for a `root` that is itself a folder of frames. */
  readonly masks?: string;
}

/**
 * Finds sequences below `root`, in one of three layouts, tried in this order:
 * `JPEGImages/480p/NAME` with `Annotations/480p/NAME` (DAVIS); `JPEGImages/NAME` with `Annotations/NAME`; frames in `root` itself.
 * A mask has its frame's name and the extension `.png`. A data set without `Annotations` has no masks.
 * @throws MediaError naming the file or folder: nothing found, fewer than three frames, a number missing in the frames' names,
 * a mask missing, or a sequence that was asked for missing.
 */
export async function findSequences(root: string, selection: SequenceSelection = {}): Promise<SequenceFiles[]> {
  const { sequences: wanted, maxSequences, maxFrames } = selection;
  const folders = await findFolders(root, selection.masks);
  for (const name of wanted ?? []) {
    if (!folders.some((folder) => folder.name === name)) {
      throw new MediaError(root, `has no sequence "${name}".`, {
        hint: `It has: ${folders.map((folder) => folder.name).join(', ')}.`,
      });
    }
  }
  const chosen = folders.filter(({ name }) => wanted === undefined || wanted.includes(name)).slice(0, maxSequences);
  return Promise.all(chosen.map((folder) => listSequence(folder, maxFrames)));
}

interface SequenceFolder {
  readonly name: string;
  readonly frames: string;
  readonly masks: string | null;
}

async function findFolders(root: string, masks: string | undefined): Promise<SequenceFolder[]> {
  for (const resolution of ['480p', '']) {
    const frames = join(root, 'JPEGImages', resolution);
    const names = await listFolders(frames);
    if (names === null || names.length === 0) continue;
    const annotations = join(root, 'Annotations', resolution);
    const hasAnnotations = (await listFolders(annotations)) !== null;
    return names.map((name) => ({
      name,
      frames: join(frames, name),
      masks: hasAnnotations ? join(annotations, name) : null,
    }));
  }
  if ((await listFolders(root)) === null) throw new MediaError(root, 'no such folder, or it cannot be read.');
  return [{ name: basename(root), frames: root, masks: masks ?? null }];
}

async function listSequence(folder: SequenceFolder, maxFrames: number | undefined): Promise<SequenceFiles> {
  const frames = (await listImages(folder.frames)).slice(0, maxFrames);
  if (frames.length < 3) {
    throw new MediaError(folder.frames, `a sequence needs at least 3 frames, found ${frames.length}.`);
  }
  requireNoGap(frames);
  if (folder.masks === null) return { name: folder.name, frames, masks: null };
  const available = new Set(await listImages(folder.masks));
  const masks = frames.map((frame) => join(folder.masks!, `${basename(frame, extname(frame))}.png`));
  for (const mask of masks)
    if (!available.has(mask)) throw new MediaError(mask, 'no such file: every frame needs a mask.');
  return { name: folder.name, frames, masks };
}

/** Where all names end in numbers, these must count up by one. */
function requireNoGap(frames: readonly string[]): void {
  const numbers = frames.map((frame) => /(\d+)\.[^.]*$/.exec(frame)?.[1]);
  for (let i = 1; i < frames.length; i++) {
    const [previous, current] = [numbers[i - 1], numbers[i]];
    if (previous === undefined || current === undefined) return;
    const expected = Number(previous) + 1;
    if (Number(current) === expected) continue;
    throw new MediaError(
      frames[i]!,
      `expected frame ${expected} after ${basename(frames[i - 1]!)}: frames are missing.`,
    );
  }
}
