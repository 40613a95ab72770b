import { join } from 'node:path';
import { type Frame, MediaError, type Random } from '@vosvfi/core';
import { allowedChoices, type ChoiceRules, checkRules, drawChoice } from '../batches/frame-choice.js';
import { readFrame } from '../image/frame-file.js';
import { checkIndex, type TripletSample } from '../sample.js';
import type { Split } from './layout.js';
import { checkSize, readList, verifyFiles } from './open.js';

/** Frames of a septuplet. */
const LENGTH = 7;

/** Options of {@link openSeptupletDataset}. */
export interface SeptupletOptions extends Partial<ChoiceRules> {
  /** Look for every file when the data set is opened, not only when it is read. True by default. */
  readonly verify?: boolean;
}

/** A data set in the layout of Vimeo-90K's septuplets. */
export interface SeptupletFolder {
  readonly dir: string;
  readonly split: Split;
  /** Folders below `sequences`, in the list's order. */
  readonly names: readonly string[];
  readonly length: number;
  readonly rules: ChoiceRules;
  /** Three frames, in order, that `random` chooses. @throws RangeError; MediaError for a damaged file. */
  sample(index: number, random: Random): Promise<TripletSample>;
}

/** `sequences/00001/0001/im1.png` to `im7.png`. */
function septupletFiles(dir: string, name: string): string[] {
  return Array.from({ length: LENGTH }, (_, k) => join(dir, 'sequences', name, `im${k + 1}.png`));
}

/** The first frame of a data set. */
export function firstSeptupletFile({ dir, names }: Pick<SeptupletFolder, 'dir' | 'names'>): string {
  return septupletFiles(dir, names[0]!)[0]!;
}

/**
 * Opens a data set in the layout of Vimeo-90K's septuplets: the folders that `sep_trainlist.txt` or `sep_testlist.txt` in
 * `dir` lists. A sample is three of the seven frames, with t where the middle one lies between the others; by default each
 * three frames i < j < k are as likely as any other (RIFE's training for arbitrary times).
 * @throws MediaError if the list is missing, empty or malformed, or if a listed file is missing (with `verify`);
 * ConfigError for an invalid option.
 */
export async function openSeptupletDataset(
  dir: string,
  split: Split,
  { t = 'uniform', span = [2, LENGTH - 1], verify = true }: SeptupletOptions = {},
): Promise<SeptupletFolder> {
  const rules = { t, span };
  checkRules(rules);
  const choices = allowedChoices(LENGTH, rules);
  const list = join(dir, `sep_${split}list.txt`);
  const names = await readList(list);
  if (verify) await verifyFiles(names.flatMap((name) => septupletFiles(dir, name)));
  if (choices.length === 0) throw new MediaError(list, `no ${span[0] + 1} frames in a septuplet.`);
  return {
    dir,
    split,
    names,
    length: names.length,
    rules,
    async sample(index, random) {
      checkIndex(index, names.length);
      const name = names[index]!;
      const choice = drawChoice(choices, random);
      const files = choice.map((k) => septupletFiles(dir, name)[k]!);
      const [frame0, frameT, frame1] = (await Promise.all(files.map((file) => readFrame(file)))) as [
        Frame,
        Frame,
        Frame,
      ];
      checkSize(files[1]!, frameT, files[0]!, frame0);
      checkSize(files[2]!, frame1, files[0]!, frame0);
      const [first, middle, last] = choice;
      return { name, t: (middle - first) / (last - first), frames: [frame0, frameT, frame1] };
    },
  };
}
