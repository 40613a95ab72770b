import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { MediaError, type OnProgress, writeFileAtomically } from '@vosvfi/core';
import { createReducer, type ReducedFrame } from '../prepare/reduce.js';
import type { Triple } from '../sample.js';
import { listFile, type Split } from '../triplets/layout.js';
import { checkCompanions } from './companions.js';
import { checkContent } from './content.js';
import { type Fingerprint, findDuplicates, findNearDuplicates } from './duplicates.js';
import { type Finding, finding } from './finding.js';
import { exists, type ReadTriplet, readTripletFrames } from './frames.js';
import { type Lists, listFolders, readLists } from './lists.js';
import { perceptualHash } from './perceptual-hash.js';

/** Options of {@link checkTriplets}. */
export interface CheckOptions {
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** What {@link checkTriplets} found. */
export interface CheckReport {
  readonly dir: string;
  /** Triplets that were looked at: listed ones and folders that no list names. */
  readonly triplets: number;
  readonly errors: number;
  readonly warnings: number;
  readonly findings: readonly Finding[];
  /** The lists without triplets that have an error; of triplets in both lists the one for training stays. */
  readonly clean: Lists;
}

/** Triplets that are read at the same time. */
const CONCURRENCY = 4;
/** Side of the thumbnails that are compared. */
const THUMBNAIL = 16;

/** What one triplet adds to the whole. */
interface TripletResult {
  readonly findings: Finding[];
  readonly print?: Fingerprint;
  readonly size?: string;
}

function fingerprint(name: string, split: Split | undefined, { frames, hashes }: ReadTriplet): Fingerprint {
  const [middle] = [frames[1]];
  // A triplet and its reverse teach the same.
  const ends = [hashes[0], hashes[2]].sort();
  const exact = createHash('sha256')
    .update([hashes[1], ...ends].join())
    .digest('hex');
  const [first, second, third] = frames.map(perceptualHash);
  const { data } = createReducer(middle.width, middle.height, THUMBNAIL)(middle).frame;
  return { name, split, exact, hashes: [first!, second!, third!], thumbnail: data as Uint8Array };
}

function reduceAll({ frames }: ReadTriplet): Triple<ReducedFrame> {
  const { width, height } = frames[0];
  const reduce = createReducer(width, height);
  return [reduce(frames[0]), reduce(frames[1]), reduce(frames[2])];
}

/** The parts of a data set. */
interface Layout {
  readonly dir: string;
  readonly masks: boolean;
  readonly flow: boolean;
  readonly splits: ReadonlyMap<string, Split>;
}

async function checkTriplet({ dir, masks, flow, splits }: Layout, name: string): Promise<TripletResult> {
  if (!(await exists(join(dir, 'sequences', name)))) {
    const message = `there is no such folder, but the ${splits.get(name)} list names it.`;
    return { findings: [finding('missing-folder', name, `sequences/${name}`, message)] };
  }
  const findings: Finding[] = [];
  const split = splits.get(name);
  if (!split) findings.push(finding('not-listed', name, `sequences/${name}`, 'no list names it.'));
  const triplet = await readTripletFrames(dir, name, findings);
  findings.push(...(await checkCompanions(dir, name, { masks, flow }, triplet?.frames[0])));
  if (!triplet) return { findings };
  findings.push(...checkContent(name, triplet.hashes, reduceAll(triplet)));
  const { width, height } = triplet.frames[0];
  return { findings, print: fingerprint(name, split, triplet), size: `${width} x ${height}` };
}

async function checkEach(layout: Layout, names: readonly string[], { onProgress, signal }: CheckOptions) {
  const results: TripletResult[] = [];
  let [next, done] = [0, 0];
  const work = async () => {
    for (let k = next++; k < names.length; k = next++) {
      signal?.throwIfAborted();
      results[k] = await checkTriplet(layout, names[k]!);
      onProgress?.({ type: 'progress', stage: 'check', done: ++done, total: names.length });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return results;
}

/** Triplets of another size than most. */
function oddSizes(names: readonly string[], results: readonly TripletResult[]): Finding[] {
  const counts = new Map<string, number>();
  for (const { size } of results) if (size) counts.set(size, (counts.get(size) ?? 0) + 1);
  const [usual] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
  return results.flatMap(({ size }, k) => {
    if (!size || size === usual) return [];
    const message = `is ${size}, most others are ${usual}.`;
    return [finding('other-size', names[k]!, `sequences/${names[k]}`, message)];
  });
}

/**
 * Checks a data set in the Vimeo-90K layout, with masks and flow where there are folders of them: everything that can be
 * read from the files, nothing is changed. Memory grows with the number of triplets by some hundred bytes each.
 * @throws MediaError if the folder is missing.
 */
export async function checkTriplets(folder: string, options: CheckOptions = {}): Promise<CheckReport> {
  const dir = resolve(folder);
  const isFolder = await stat(dir).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new MediaError(folder, 'no such folder.');
  const findings: Finding[] = [];
  const lists = await readLists(dir, findings);
  const splits = new Map<string, Split>();
  for (const split of ['test', 'train'] as const) for (const name of lists[split]) splits.set(name, split);
  const names = [...new Set([...lists.train, ...lists.test, ...(await listFolders(dir))])];
  if (names.length === 0) findings.push(finding('missing-folder', undefined, 'sequences', 'holds no triplet.'));
  const layout = { dir, splits, masks: await exists(join(dir, 'masks')), flow: await exists(join(dir, 'flow')) };
  const results = await checkEach(layout, names, options);
  const exact = findDuplicates(results.flatMap(({ print }) => print ?? []));
  findings.push(...results.flatMap((result) => result.findings), ...oddSizes(names, results));
  findings.push(...exact.findings, ...findNearDuplicates(exact.unique));
  const isError = ({ severity }: Finding) => severity === 'error';
  const keepsPlace = new Set(['listed-twice', 'in-both-lists']);
  const broken = new Set(
    findings.filter((one) => isError(one) && !keepsPlace.has(one.code)).map(({ triplet }) => triplet),
  );
  const errors = findings.filter(isError).length;
  return {
    ...{ dir, triplets: names.length, errors, warnings: findings.length - errors, findings },
    clean: {
      train: lists.train.filter((name) => !broken.has(name)),
      test: lists.test.filter((name) => !broken.has(name)),
    },
  };
}

/** Writes the clean lists of a report into a folder, under the names that the layout gives them. */
export async function writeCleanLists(folder: string, { clean }: CheckReport): Promise<readonly string[]> {
  const files: string[] = [];
  for (const split of ['train', 'test'] as const) {
    const file = listFile(folder, split);
    await writeFileAtomically(file, clean[split].map((name) => `${name}\n`).join(''));
    files.push(file);
  }
  return files;
}
