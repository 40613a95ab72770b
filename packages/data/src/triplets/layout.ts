import { join } from 'node:path';
import type { Triple } from '../sample.js';

/** The two halves of a data set in the Vimeo-90K layout. */
export type Split = 'train' | 'test';

/** `tri_trainlist.txt` or `tri_testlist.txt`: one folder below `sequences` a line, such as `00001/0389`. */
export function listFile(dir: string, split: Split): string {
  return join(dir, `tri_${split}list.txt`);
}

/** `sequences/00001/0389/im1.png`, `im2.png`, `im3.png`. */
export function frameFiles(dir: string, name: string): Triple<string> {
  const file = (k: number) => join(dir, 'sequences', name, `im${k}.png`);
  return [file(1), file(2), file(3)];
}

/** `masks/00001/0389/mask1.png`, `mask2.png`, `mask3.png`. */
export function maskFiles(dir: string, name: string): Triple<string> {
  const file = (k: number) => join(dir, 'masks', name, `mask${k}.png`);
  return [file(1), file(2), file(3)];
}

/** `flow/00001/0389/flow_t0.flo`, `flow_t1.flo`: from the middle frame to the first and to the last. */
export function flowFiles(dir: string, name: string): readonly [string, string] {
  return [join(dir, 'flow', name, 'flow_t0.flo'), join(dir, 'flow', name, 'flow_t1.flo')];
}
