import { readdir, stat } from 'node:fs/promises';
import { MediaError } from '@vosvfi/core';
import { compareNatural } from '@vosvfi/data';
import type { Protocol } from '../../evaluation/protocol-schema.js';
import { listFolders } from '../../sequences/list-folders.js';

/** The layout of one kind. */
export type LayoutOf<Kind extends Protocol['layout']['kind']> = Extract<Protocol['layout'], { kind: Kind }>;

/** Names of the files in `folder`, in natural order, hidden ones left out; none if it is no folder. */
export async function listFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .sort(compareNatural);
  } catch {
    return [];
  }
}

/** Whether there is a file of this name. */
export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.isFile(),
    () => false,
  );
}

/** @throws MediaError if there is no such folder. */
export async function requireFolder(folder: string): Promise<void> {
  if ((await listFolders(folder)) !== null) return;
  if (!(await isFile(folder))) throw new MediaError(folder, 'no such folder, or it cannot be read.');
  throw new MediaError(folder, 'is a file; expected a folder.', {
    hint: 'Make a folder of frames of a video: ffmpeg -i VIDEO -fps_mode passthrough FRAMES/%05d.png.',
  });
}
