import { readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CheckpointError, TrainingError, type WeightMap, writeFileAtomically } from '@vosvfi/core';
import { writeSafetensors } from '@vosvfi/core/safetensors';
import { parse, stringify } from 'yaml';
import { checkCount } from './check.js';
import {
  type Checkpoint,
  checkpointBytes,
  checkpointName,
  listCheckpoints,
  pruneCheckpoints,
  readCheckpoint,
  saveCheckpoint,
  weightsNote,
} from './checkpoint.js';
import { firstDifference } from './difference.js';
import { type MetricsLog, type MetricsRecord, openMetricsLog } from './metrics-log.js';
import { explainStorage, type StorageAttempt } from './storage-error.js';

/**
 * A run on disk: `recipe.yaml` (resolved), `metrics.jsonl`, `checkpoints/step-NNNNNNNN/`, `checkpoints/latest` and `best`
 * (names of the newest and, if the run watches for it, of that with the best validation), `weights.safetensors` once it is
 * complete, and `failure.json` if it ended with a value that is not finite. It can be killed at any time and opened again to
 * resume. What cannot be written because storage gave out is an EnvironmentError that says how much room it takes.
 */
export interface RunFolder {
  readonly path: string;
  /** What to continue from; absent in a new run, and if the run was stopped before its first checkpoint. */
  readonly checkpoint?: Checkpoint & { readonly path: string };
  log(record: MetricsRecord): Promise<void>;
  /**
   * Writes a checkpoint, moves `latest` (and `best`) to it and removes old ones. Returns its path. On failure the ones
   * before are as they were.
   */
  save(checkpoint: Checkpoint): Promise<string>;
  /** Copies the newest checkpoint's weights, or their moving averages, to `weights.safetensors`. */
  finish(): Promise<void>;
  /** Writes `failure.json`; returns its path. */
  reportFailure(report: Readonly<Record<string, unknown>>): Promise<string>;
  close(): Promise<void>;
}

/** Describes the step that ended a run; removed when the run is resumed. */
const failureFile = 'failure.json';

/** How to open a {@link RunFolder}. */
export interface RunFolderOptions {
  /** The resolved recipe as plain data: everything that decides what the run computes. */
  readonly recipe: Readonly<Record<string, unknown>>;
  /** Continue a run (true), or start one in a folder that has none (false). */
  readonly resume: boolean;
  /** Checkpoints kept; default 3. */
  readonly keepLast?: number;
  /** Told about damaged checkpoints that were passed over. */
  readonly onWarning?: (message: string) => void;
}

/**
 * Opens a run folder.
 * @throws TrainingError if there is a run already and `resume` is false, if there is none and it is true, or, naming the
 *   field, if the run was started with another recipe. CheckpointError if there are checkpoints and all are damaged.
 */
export async function openRunFolder(path: string, options: RunFolderOptions): Promise<RunFolder> {
  checkCount('keepLast', options.keepLast ?? 3);
  return await explained(openFolder(path, options), () => ({ subject: 'The run folder', path }));
}

async function openFolder(path: string, options: RunFolderOptions): Promise<RunFolder> {
  const { recipe, resume, keepLast = 3 } = options;
  const recipeFile = join(path, 'recipe.yaml');
  const checkpointFolder = join(path, 'checkpoints');
  if (resume) {
    await checkRecipe(recipeFile, recipe);
    await rm(join(path, failureFile), { force: true });
  } else {
    await startRun(path, recipeFile, recipe);
  }

  const checkpoint = await newestCheckpoint(checkpointFolder, options.onWarning);
  const metrics = await openMetricsLog(join(path, 'metrics.jsonl'), checkpoint?.step ?? 0);
  return runFolder(path, metrics, checkpoint, keepLast);
}

function runFolder(
  path: string,
  metrics: MetricsLog,
  checkpoint: RunFolder['checkpoint'],
  keepLast: number,
): RunFolder {
  const folder = join(path, 'checkpoints');
  let newest: Checkpoint | undefined = checkpoint;
  const safe = () => (newest === undefined ? {} : { state: `${checkpointName(newest.step)} is whole.` });
  const save = async (next: Checkpoint): Promise<string> => {
    await metrics.flush();
    const saved = await saveCheckpoint(folder, next);
    await writeFileAtomically(join(folder, 'latest'), `${basename(saved)}\n`);
    const best = next.validation?.best?.step;
    if (best !== undefined) await writeFileAtomically(join(folder, 'best'), `${checkpointName(best)}\n`);
    await pruneCheckpoints(folder, next.step, keepLast, best);
    newest = next;
    return saved;
  };
  return {
    path,
    ...(checkpoint === undefined ? {} : { checkpoint }),
    log: (record) =>
      explained(metrics.append(record), () => ({
        subject: 'A line of metrics.jsonl',
        ...{ path, bytes: metrics.pendingBytes, ...safe() },
      })),
    save: (next) =>
      explained(save(next), () => ({
        subject: `Checkpoint ${checkpointName(next.step)}`,
        ...{ path: folder, bytes: checkpointBytes(next), ...safe() },
      })),
    finish: async () => {
      if (newest === undefined) return;
      const { ema, weights } = newest;
      const final = ema ?? weights;
      await explained(writeSafetensors(join(path, 'weights.safetensors'), final, weightsNote), () => ({
        subject: 'weights.safetensors',
        ...{ path, bytes: weightBytes(final), ...safe() },
      }));
    },
    reportFailure: async (report) => {
      const file = join(path, failureFile);
      const text = `${JSON.stringify(report, null, 2)}\n`;
      await explained(writeFileAtomically(file, text), () => ({ subject: failureFile, path, bytes: text.length }));
      return file;
    },
    close: () => metrics.close(),
  };
}

/** `work`, whose failure for want of storage is explained. */
async function explained<T>(work: Promise<T>, attempt: () => StorageAttempt): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw await explainStorage(error, attempt());
  }
}

function weightBytes(weights: WeightMap): number {
  return [...weights.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

async function startRun(path: string, recipeFile: string, recipe: Readonly<Record<string, unknown>>): Promise<void> {
  if (await exists(recipeFile)) {
    throw new TrainingError(`${path}: there is a run in this folder already.`, {
      hint: 'Resume it, or choose another run folder.',
    });
  }
  await writeFileAtomically(recipeFile, stringify(plain(recipe)));
}

/** `recipe` as it will read back from a file: without undefined fields, functions or class instances. */
function plain(recipe: Readonly<Record<string, unknown>>): unknown {
  return JSON.parse(JSON.stringify(recipe));
}

async function checkRecipe(recipeFile: string, recipe: Readonly<Record<string, unknown>>): Promise<void> {
  const text = await readFile(recipeFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new TrainingError(`${recipeFile}: there is no run to resume (${error.code}).`, { cause: error });
  });
  const difference = firstDifference(parse(text), plain(recipe));
  if (difference === undefined) return;
  const { path, before, after } = difference;
  throw new TrainingError(
    `${recipeFile}: the recipe changed at "${path}": the run was started with ${show(before)}, now it is ${show(after)}.`,
    { hint: 'Restore that value to resume, or start a new run in another folder.' },
  );
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

/** The newest checkpoint that is whole. */
async function newestCheckpoint(
  folder: string,
  onWarning: ((message: string) => void) | undefined,
): Promise<(Checkpoint & { path: string }) | undefined> {
  const found = await listCheckpoints(folder);
  let firstError: unknown;
  for (const { path } of found) {
    try {
      return withExistingBest({ ...(await readCheckpoint(path)), path }, found, onWarning);
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      firstError ??= error;
      onWarning?.(`Passed over a damaged checkpoint. ${error.message}`);
    }
  }
  if (firstError !== undefined) throw firstError;
  return undefined;
}

/** `checkpoint` without its note of the best one if that is not among those `found`. */
function withExistingBest<C extends Checkpoint>(
  checkpoint: C,
  found: readonly { readonly step: number }[],
  onWarning: ((message: string) => void) | undefined,
): C {
  const best = checkpoint.validation?.best;
  if (best === undefined || found.some(({ step }) => step === best.step)) return checkpoint;
  onWarning?.(
    `The best checkpoint, ${checkpointName(best.step)}, is no longer there; the next validation counts as best.`,
  );
  return { ...checkpoint, validation: { ...checkpoint.validation, best: undefined } };
}
