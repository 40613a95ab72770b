import { basename, extname, relative } from 'node:path';
import { imageExtensions } from '@vosvfi/data';
import type { LayoutProblem } from '../../evaluation/item.js';

/** Whether a file's name is that of a picture. */
export function isPicture(name: string): boolean {
  return imageExtensions.includes(extname(name).toLowerCase());
}

/**
 * What is wrong with the frames of a sequence: none at all, two of one name, or numbers missing where all names end in numbers.
 * @param files In natural order.
 * @param root Folder that paths are told relative to.
 */
export function frameProblems(sequence: string, files: readonly string[], root: string): LayoutProblem[] {
  const path = relative(root, sequence) || '.';
  if (files.length === 0) return [{ path, problem: 'holds no pictures.' }];
  const names = files.map((file) => basename(file, extname(file)));
  const twin = names.findIndex((name, i) => names.indexOf(name) !== i);
  if (twin >= 0) return [{ path: relative(root, files[twin]!), problem: 'another picture has the same name.' }];
  const numbers = names.map((name) => /(\d+)$/.exec(name)?.[1]);
  for (let i = 1; i < numbers.length; i++) {
    const [previous, current] = [numbers[i - 1], numbers[i]];
    if (previous === undefined || current === undefined) return [];
    const missing = Number(current) - Number(previous) - 1;
    if (missing === 0) continue;
    const count = missing === 1 ? 'a frame is missing' : `${missing} frames are missing`;
    const problem = `${count} between ${names[i - 1]} and ${names[i]}; if nothing is, number them without gaps.`;
    return [{ path: relative(root, files[i]!), problem }];
  }
  return [];
}
