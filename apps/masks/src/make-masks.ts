import { access, mkdir, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigError, MediaError, type OnProgress, writeFileAtomically } from '@vosvfi/core';
import { listFile, readList } from '@vosvfi/data';
import { writeContactSheet } from './contact-sheet.js';
import type { MakerPlan } from './makers/maker.js';
import { createReport, formatReport, isAccepted, type ListNames, type MaskReport } from './report.js';
import { createRunner } from './runner.js';
import type { MaskSettings } from './settings.js';
import { appendRecord, claimMasks, readRecords } from './state.js';
import type { TripletRecord } from './triplet-masks.js';

/** Options of {@link makeMasks}. */
export interface MakeMasksOptions {
  /** Data set in the Vimeo-90K layout. */
  readonly dir: string;
  /** Folder that gets `masks`; the data set itself by default. Another one becomes a data set of accepted triplets. */
  readonly output?: string | undefined;
  readonly settings: MaskSettings;
  /** Name of the model, or of the user's file. */
  readonly model: string;
  readonly plan: MakerPlan;
  /** Threads; 0 does everything in this one. */
  readonly workers: number;
  /** Program, version and libraries, for the manifest. */
  readonly tool: object;
  /** Told of progress in triplets, and of each one that is broken as a warning. */
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

async function readLists(dir: string): Promise<ListNames> {
  const read = async (split: 'train' | 'test') => {
    const file = listFile(dir, split);
    return (await exists(file)) ? readList(file) : [];
  };
  const lists = { train: await read('train').catch(emptyList), test: await read('test').catch(emptyList) };
  if (lists.train.length + lists.test.length > 0) return lists;
  const hint = (await exists(join(dir, 'sep_trainlist.txt')))
    ? 'It holds septuplets, of which the trainer reads no masks; use triplets.'
    : 'Expected a data set in the Vimeo-90K layout, as "vosvfi data prepare" makes it.';
  throw new MediaError(dir, 'tri_trainlist.txt and tri_testlist.txt name no triplet.', { hint });
}

/** An empty list is fine: small data sets have no test triplets. */
function emptyList(error: unknown): string[] {
  if (MediaError.isInstance(error) && error.message.endsWith('lists no folder.')) return [];
  throw error;
}

/** Makes the new folder a data set of the same frames. */
async function linkSequences(dir: string, output: string): Promise<void> {
  if (output === dir) return;
  await mkdir(output, { recursive: true });
  const link = join(output, 'sequences');
  if (await exists(link)) return;
  await symlink(join(dir, 'sequences'), link, 'junction').catch((cause: unknown) => {
    throw new ConfigError('--output', `${link} cannot be linked to the data set.`, { cause });
  });
}

interface Queue {
  readonly names: readonly string[];
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

/** Runs work on all names, some at a time; after an error or a stop nothing new is begun, and what runs is waited for. */
async function forEachName({ names, concurrency, signal }: Queue, work: (name: string) => Promise<void>) {
  let next = 0;
  let failure: unknown;
  const lane = async () => {
    while (next < names.length && failure === undefined && !signal.aborted) {
      try {
        await work(names[next++]!);
      } catch (error) {
        failure ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  if (failure !== undefined) throw failure;
  signal.throwIfAborted();
}

const lines = (names: readonly string[]) => names.map((name) => `${name}\n`).join('');

async function writeResults(report: MaskReport, lists: ListNames, records: ReadonlyMap<string, TripletRecord>) {
  const { dir, output } = report;
  const folder = join(output, 'masks');
  const ordered = [...lists.train, ...lists.test].flatMap((name) => records.get(name) ?? []);
  await writeContactSheet(join(folder, 'contact-sheet.png'), { dir, output }, ordered);
  await writeFileAtomically(join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  await writeFileAtomically(join(folder, 'report.md'), formatReport(report));
  const accepted = new Set(ordered.filter(isAccepted).map(({ name }) => name));
  // In the data set itself its lists stay as they are; beside them, those of the accepted triplets.
  const place = output === dir ? folder : output;
  for (const split of ['test', 'train'] as const) {
    await writeFileAtomically(listFile(place, split), lines(lists[split].filter((name) => accepted.has(name))));
  }
}

/**
 * Makes the masks of all triplets that the lists of a data set name. A run that was interrupted is continued by the same
 * call; triplets whose frames cannot be used are told and counted, and the run goes on.
 * @throws ConfigError if masks of other settings are there; MediaError without a list; whatever a model throws.
 */
export async function makeMasks(options: MakeMasksOptions): Promise<MaskReport> {
  const { settings, model, plan, workers, tool, onProgress, signal } = options;
  const dir = resolve(options.dir);
  const output = resolve(options.output ?? dir);
  const lists = await readLists(dir);
  const names = [...new Set([...lists.train, ...lists.test])];
  // Opened first: what is wrong with a model's file is told before anything is written.
  const runner = await createRunner(plan, workers);
  let records: Map<string, TripletRecord>;
  try {
    await claimMasks(output, { model, settings }, tool);
    await linkSequences(dir, output);
    records = await readRecords(output);
    const done = records;
    const missing = names.filter((name) => !done.has(name));
    const tell = () => onProgress({ type: 'progress', stage: 'masks', done: done.size, total: names.length });
    tell();
    await forEachName({ names: missing, concurrency: Math.max(1, workers), signal }, async (name) => {
      const record = await runner.run({ dir, output, name, settings });
      await appendRecord(output, record);
      done.set(name, record);
      if ('broken' in record) onProgress({ type: 'warning', message: record.broken });
      tell();
    });
  } finally {
    await runner.dispose();
  }
  const report = createReport({ dir, output, model }, lists, records);
  await writeResults(report, lists, records);
  return report;
}
