import { readdir } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { ConfigError, MediaError } from '@vosvfi/core';
import { compareNatural } from '@vosvfi/data';
import type { LayoutProblem } from '../../evaluation/item.js';
import { fileSource } from '../file-source.js';
import type { ItemSource, LayoutContent } from '../item-source.js';
import type { LayoutOf } from './layout.js';
import { frameProblems, isPicture } from './sequence-folder.js';

/**
 * Reads sequences of numbered frames: those of a folder, or those whose paths match a pattern (Xiph: `Tango-001.png`).
 * @throws MediaError if the folder is missing; ConfigError for a pattern that is none or lacks a group.
 */
export async function readFrameFolders(layout: LayoutOf<'frame-folders'>, folder: string): Promise<LayoutContent> {
  const root = join(folder, layout.folder);
  const groups = groupFiles(await listPictures(root), sequenceOf(layout, root));
  const names = layout.sequences ?? [...groups.keys()].sort(compareNatural);
  const sources: ItemSource[] = [];
  const problems: LayoutProblem[] = [];
  for (const name of names) {
    const files = groups.get(name);
    if (files === undefined) {
      problems.push({ path: relative(folder, join(root, name)), problem: 'this sequence is missing.' });
      continue;
    }
    const frames = files.sort(compareNatural).map((file) => join(root, file));
    const found = frameProblems(dirname(frames[0]!), frames, folder);
    problems.push(...found);
    if (found.length === 0) sources.push(fileSource({ id: name, frames, masks: null }));
  }
  return { sources, problems };
}

/** Paths of the pictures at any depth, with `/`. */
async function listPictures(root: string): Promise<string[]> {
  try {
    const entries = await readdir(root, { recursive: true });
    return entries
      .filter((path) => isPicture(path) && !basename(path).startsWith('.'))
      .map((path) => path.split(sep).join('/'));
  } catch (cause) {
    throw new MediaError(root, 'no such folder, or it cannot be read.', { cause });
  }
}

/** The sequence of a file, by its path; null for files that belong to none. */
function sequenceOf({ pattern }: LayoutOf<'frame-folders'>, root: string): (path: string) => string | null {
  if (pattern === undefined) return (path) => (dirname(path) === '.' ? basename(root) : dirname(path));
  let expression: RegExp;
  try {
    expression = new RegExp(pattern);
  } catch (cause) {
    throw new ConfigError('layout.pattern', `is no regular expression: ${pattern}`, { cause });
  }
  if (!pattern.includes('(?<item>')) {
    throw new ConfigError('layout.pattern', `lacks the group (?<item>...): ${pattern}`);
  }
  return (path) => expression.exec(path)?.groups?.item ?? null;
}

function groupFiles(paths: readonly string[], nameOf: (path: string) => string | null): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const path of paths) {
    const name = nameOf(path);
    if (name === null) continue;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [path]);
    else group.push(path);
  }
  return groups;
}
