import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { MediaError } from '@vosvfi/core';
import { compareNatural } from './frame-file.js';

/** What is looked for. */
export interface PictureSearch {
  /** Lower case, with the dot. */
  readonly extensions: readonly string[];
  /** What the pictures are called in messages. */
  readonly what: string;
  /** Names of folders and files that are passed over. */
  readonly exclude?: readonly string[];
}

async function collect(folder: string, search: PictureSearch, found: string[]): Promise<void> {
  const { extensions, exclude = [] } = search;
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries) {
    if (entry.name.startsWith('.') || exclude.includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await collect(path, search, found);
    else if (extensions.includes(extname(entry.name).toLowerCase())) found.push(path);
  }
}

/**
 * Pictures in a folder and in folders below it, in natural order.
 * @throws MediaError if the folder is missing or holds none.
 */
export async function findPictures(folder: string, search: PictureSearch): Promise<string[]> {
  const found: string[] = [];
  try {
    await collect(folder, search, found);
  } catch (cause) {
    throw new MediaError(folder, 'no such folder, or it cannot be read.', { cause });
  }
  if (found.length === 0) {
    throw new MediaError(
      folder,
      `holds no ${search.what} (${search.extensions.join(', ')}), nor do the folders below it.`,
    );
  }
  return found.sort(compareNatural);
}
