import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { ConfigError, MediaError } from '@vosvfi/core';
import { glob, isDynamicPattern } from 'tinyglobby';
import { compareNatural, imageExtensions, mediaFileError } from '../image/frame-file.js';

/** A video file, or a folder whose pictures are the frames of one. */
export interface SourceInput {
  readonly kind: 'video' | 'images';
  /** Absolute. */
  readonly path: string;
}

/** Extensions by which videos are found in folders, lower case; a file that is named itself may have any other. */
const videoExtensions: readonly string[] = [
  ...['.mp4', '.m4v', '.mov', '.mkv', '.webm', '.avi', '.mpg', '.mpeg', '.ts', '.mts', '.m2ts', '.vob', '.ogv'],
  ...['.flv', '.wmv', '.3gp', '.y4m'],
];

const has = (extensions: readonly string[]) => (entry: Dirent) =>
  !entry.isDirectory() && extensions.includes(extname(entry.name).toLowerCase());

/** Videos in a folder and below it; a folder with at least three pictures is a source itself. */
async function walk(folder: string): Promise<SourceInput[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    throw mediaFileError(folder, cause);
  }
  const visible = entries.filter(({ name }) => !name.startsWith('.'));
  visible.sort((first, second) => compareNatural(first.name, second.name));
  const found: SourceInput[] = [];
  if (visible.filter(has(imageExtensions)).length >= 3) found.push({ kind: 'images', path: folder });
  for (const entry of visible) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await walk(path)));
    else if (has(videoExtensions)(entry)) found.push({ kind: 'video', path });
  }
  return found;
}

async function expand(pattern: string): Promise<string[]> {
  const isThere = await stat(pattern).then(
    () => true,
    () => false,
  );
  if (isThere || !isDynamicPattern(pattern)) return [pattern];
  const found = await glob(pattern, { onlyFiles: false, expandDirectories: false, absolute: true });
  if (found.length === 0) throw new ConfigError('inputs', `nothing matches "${pattern}".`);
  return found.sort(compareNatural);
}

/**
 * The sources that files, folders and patterns name, each once. A pattern is what names no file but holds `*`, `?`, `[` or
 * `{`. A file that does not exist stays in the list: it fails when it is opened, by itself.
 * @throws ConfigError if a pattern matches nothing; MediaError if a folder holds no video.
 */
export async function collectInputs(inputs: readonly string[]): Promise<SourceInput[]> {
  const sources = new Map<string, SourceInput>();
  for (const input of inputs) {
    for (const name of await expand(input)) {
      const path = resolve(name);
      const isFolder = await stat(path).then(
        (facts) => facts.isDirectory(),
        () => false,
      );
      const found: SourceInput[] = isFolder ? await walk(path) : [{ kind: 'video', path }];
      if (found.length === 0) {
        throw new MediaError(name, `holds no video (${videoExtensions.join(', ')}) and no folder of pictures.`);
      }
      for (const source of found) sources.set(source.path, source);
    }
  }
  return [...sources.values()];
}
