import { readdir } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { ConfigError, MediaError } from '@vosvfi/core';
import { compareNatural } from '@vosvfi/data';
import type { LayoutProblem } from '../../evaluation/item.js';
import { fileSource } from '../file-source.js';
import type { ItemSource, LayoutContent } from '../item-source.js';
import type { LayoutOf } from './layout.js';
import { frameProblems, isPicture } from './sequence-folder.js';

/** A file of a sequence: its path below the root, and its number where the pattern tells it. */
interface NumberedFile {
  readonly path: string;
  readonly number: number;
}

/**
 * Reads sequences of numbered frames: those of a folder, or those whose paths match a pattern (Xiph: `Tango-001.png`).
 * @throws MediaError if the folder is missing; ConfigError for a pattern that is none or lacks a group.
 */
export async function readFrameFolders(layout: LayoutOf<'frame-folders'>, folder: string): Promise<LayoutContent> {
  const root = join(folder, layout.folder);
  const grouped = groupFiles(await listPictures(root), placeOf(layout, root));
  const groups = layout.sequenceLength === undefined ? grouped : splitGroups(grouped, layout.sequenceLength);
  const names = layout.sequences ?? [...groups.keys()].sort(compareNatural);
  const sources: ItemSource[] = [];
  const problems: LayoutProblem[] = [];
  for (const name of names) {
    const files = groups.get(name);
    if (files === undefined) {
      problems.push({ path: relative(folder, join(root, name)), problem: 'this sequence is missing.' });
      continue;
    }
    const frames = files.map(({ path }) => join(root, path));
    const ofSequence = layout.sequenceLength === undefined ? frameProblems(dirname(frames[0]!), frames, folder) : [];
    problems.push(...ofSequence);
    if (ofSequence.length === 0) sources.push(fileSource({ id: name, frames, masks: null }));
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

/** The sequence and number of a file, by its path; null for files that belong to none. */
type Place = (path: string) => { readonly item: string; readonly number: number } | null;

function placeOf({ pattern }: LayoutOf<'frame-folders'>, root: string): Place {
  if (pattern === undefined) {
    return (path) => ({
      item: dirname(path) === '.' ? basename(root) : dirname(path),
      number: Number(/(\d+)\.[^.]*$/.exec(path)?.[1]),
    });
  }
  let expression: RegExp;
  try {
    expression = new RegExp(pattern);
  } catch (cause) {
    throw new ConfigError('layout.pattern', `is no regular expression: ${pattern}`, { cause });
  }
  for (const group of ['item', 'frame']) {
    if (!pattern.includes(`(?<${group}>`)) {
      throw new ConfigError('layout.pattern', `lacks the group (?<${group}>...): ${pattern}`);
    }
  }
  return (path) => {
    const groups = expression.exec(path)?.groups;
    return groups?.item === undefined ? null : { item: groups.item, number: Number(groups.frame) };
  };
}

function groupFiles(paths: readonly string[], placeOfFile: Place): Map<string, NumberedFile[]> {
  const groups = new Map<string, NumberedFile[]>();
  for (const path of paths) {
    const place = placeOfFile(path);
    if (place === null) continue;
    const group = groups.get(place.item) ?? [];
    group.push({ path, number: place.number });
    groups.set(place.item, group);
  }
  for (const group of groups.values()) group.sort((a, b) => compareNatural(a.path, b.path));
  return groups;
}

/** Cuts sequences where a number is missing, and after `length` frames. */
function splitGroups(groups: ReadonlyMap<string, readonly NumberedFile[]>, length: number) {
  const parts = new Map<string, NumberedFile[]>();
  for (const [name, files] of groups) {
    let part: NumberedFile[] = [];
    for (const file of files) {
      const last = part.at(-1);
      if (last === undefined || part.length === length || file.number !== last.number + 1) {
        part = [];
        parts.set(`${name}_${String(file.number).padStart(6, '0')}`, part);
      }
      part.push(file);
    }
  }
  return parts;
}
