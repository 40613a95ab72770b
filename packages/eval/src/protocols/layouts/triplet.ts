import { relative } from 'node:path';
import type { LayoutProblem } from '../../evaluation/item.js';
import { fileSource } from '../file-source.js';
import type { ItemSource } from '../item-source.js';
import { isFile } from './layout.js';

/** The files of a triplet. */
export interface TripletFiles {
  readonly id: string;
  /** Before, middle, after. */
  readonly frames: readonly [string, string, string];
  /** Of the middle frame. */
  readonly mask?: string;
}

/**
 * Makes an item of three files, or says which of them are missing. A missing mask does not stop the evaluation.
 * @param root Folder that paths are told relative to.
 */
async function readTriplet(
  { id, frames, mask }: TripletFiles,
  root: string,
): Promise<{ source: ItemSource | null; problems: LayoutProblem[] }> {
  const problems: LayoutProblem[] = [];
  for (const file of frames) {
    if (!(await isFile(file))) problems.push({ path: relative(root, file), problem: 'no such file.' });
  }
  if (problems.length > 0) return { source: null, problems };
  if (mask === undefined) return { source: fileSource({ id, frames, masks: null }), problems };
  const hasMask = await isFile(mask);
  if (!hasMask) problems.push({ path: relative(root, mask), problem: 'no such mask.' });
  const masks = [null, hasMask ? mask : null, null];
  return { source: fileSource({ id, frames, masks, grey: 'labels' }), problems };
}

/** Reads triplets a few at a time and keeps their order. */
export async function readTriplets(triplets: readonly TripletFiles[], root: string) {
  const sources: ItemSource[] = [];
  const problems: LayoutProblem[] = [];
  for (let start = 0; start < triplets.length; start += 64) {
    const read = await Promise.all(triplets.slice(start, start + 64).map((triplet) => readTriplet(triplet, root)));
    for (const { source, problems: found } of read) {
      if (source !== null) sources.push(source);
      problems.push(...found);
    }
  }
  return { sources, problems };
}
