import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, type Frame, type Mask, MediaError } from '@vosvfi/core';
import { readFlow } from '../image/flow-file.js';
import { mediaFileError, readFrame } from '../image/frame-file.js';
import { readMask } from '../image/mask-file.js';
import { checkIndex, type Triple, type TripletDataset, type TripletSample } from '../sample.js';
import { flowFiles, frameFiles, listFile, maskFiles, type Split } from './layout.js';

/** Options of {@link openTripletDataset}. */
export interface TripletOptions {
  /** Read the masks. By default they are read if there is a folder `masks`. */
  readonly masks?: boolean;
  /** Read the flow files. False by default. */
  readonly flow?: boolean;
  /** Look for every file when the data set is opened, not only when it is read. True by default. */
  readonly verify?: boolean;
}

/** A data set in the Vimeo-90K layout. */
export interface TripletFolder extends TripletDataset {
  readonly dir: string;
  readonly split: Split;
  /** Folders below `sequences`, in the list's order. */
  readonly names: readonly string[];
  readonly hasMasks: boolean;
  readonly hasFlow: boolean;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The folders that a list names. @throws MediaError if it is missing, empty or malformed. */
export async function readList(file: string): Promise<string[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw mediaFileError(file, cause);
  }
  const names: string[] = [];
  text.split('\n').forEach((line, k) => {
    const name = line.trim();
    if (name === '') return;
    const parts = name.split('/');
    if (parts.length < 2 || parts.some((part) => part === '' || part === '.' || part === '..')) {
      throw new MediaError(file, `line ${k + 1}: expected a folder such as 00001/0389, found "${name}".`);
    }
    names.push(name);
  });
  if (names.length === 0) throw new MediaError(file, 'lists no folder.');
  return names;
}

/** Looks for all files, a bounded number at a time. @throws MediaError naming the first that is missing. */
export async function verifyFiles(files: readonly string[]): Promise<void> {
  for (let start = 0; start < files.length; start += 256) {
    const part = files.slice(start, start + 256);
    const found = await Promise.all(part.map(exists));
    const missing = part[found.indexOf(false)];
    if (missing !== undefined) {
      throw new MediaError(missing, 'no such file, but the list names its folder.');
    }
  }
}

/** @throws MediaError if a file has not the size of the first one. */
export function checkSize(
  file: string,
  found: { width: number; height: number },
  first: string,
  expected: { width: number; height: number },
): void {
  if (found.width === expected.width && found.height === expected.height) return;
  throw new MediaError(
    file,
    `expected ${expected.width} x ${expected.height} as ${first} has, found ${found.width} x ${found.height}.`,
  );
}

async function readTriple<T extends Frame | Mask>(files: Triple<string>, read: (file: string) => Promise<T>) {
  const [first, second, third] = await Promise.all(files.map(read));
  return [first!, second!, third!] as const;
}

async function readPair(dir: string, name: string, reference: string, frame: Frame): Promise<Float32Array> {
  const pair = new Float32Array(frame.width * frame.height * 4);
  const files = flowFiles(dir, name);
  for (const direction of [0, 1] as const) {
    const flow = await readFlow(files[direction]);
    checkSize(files[direction], flow, reference, frame);
    for (let i = 0; i < flow.data.length; i += 2) {
      pair[i * 2 + direction * 2] = flow.data[i]!;
      pair[i * 2 + direction * 2 + 1] = flow.data[i + 1]!;
    }
  }
  return pair;
}

async function readSample(folder: TripletFolder, name: string): Promise<TripletSample> {
  const files = frameFiles(folder.dir, name);
  const frames = await readTriple(files, readFrame);
  files.forEach((file, k) => {
    checkSize(file, frames[k]!, files[0], frames[0]);
  });
  const sample: TripletSample = { name, t: 0.5, frames };
  const extra: { masks?: Triple<Mask>; flow?: Float32Array } = {};
  if (folder.hasMasks) {
    const paths = maskFiles(folder.dir, name);
    const masks = await readTriple(paths, readMask);
    paths.forEach((file, k) => {
      checkSize(file, masks[k]!, files[0], frames[0]);
    });
    extra.masks = masks;
  }
  if (folder.hasFlow) extra.flow = await readPair(folder.dir, name, files[0], frames[0]);
  return { ...sample, ...extra };
}

/**
 * Opens a data set in the Vimeo-90K layout: the triplets that `tri_trainlist.txt` or `tri_testlist.txt` in `dir` lists.
 * The middle frame is at t = 0.5.
 * @throws MediaError if the list is missing, empty or malformed, or if a listed file is missing (with `verify`);
 * `sample` throws MediaError for a damaged file or sizes that differ.
 */
export async function openTripletDataset(
  dir: string,
  split: Split,
  { masks, flow = false, verify = true }: TripletOptions = {},
): Promise<TripletFolder> {
  if (split !== 'train' && split !== 'test') {
    throw new ConfigError('split', `expected 'train' or 'test', found '${String(split)}'.`);
  }
  const names = await readList(listFile(dir, split));
  const hasMasks = masks ?? (await exists(join(dir, 'masks')));
  const folder: TripletFolder = {
    dir,
    split,
    names,
    length: names.length,
    hasMasks,
    hasFlow: flow,
    sample: async (index) => {
      checkIndex(index, names.length);
      return readSample(folder, names[index]!);
    },
  };
  if (verify) {
    await verifyFiles(
      names.flatMap((name) => [
        ...frameFiles(dir, name),
        ...(hasMasks ? maskFiles(dir, name) : []),
        ...(flow ? flowFiles(dir, name) : []),
      ]),
    );
  }
  return folder;
}
