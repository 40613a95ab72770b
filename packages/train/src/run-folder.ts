import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CheckpointError, TrainingError, writeFileAtomically } from '@vosvfi/core';
import { writeSafetensors } from '@vosvfi/core/safetensors';
import { parse, stringify } from 'yaml';
import { checkCount } from './check.js';
import {
  type Checkpoint,
  listCheckpoints,
  pruneCheckpoints,
  readCheckpoint,
  saveCheckpoint,
  weightsNote,
} from './checkpoint.js';
import { firstDifference } from './difference.js';
import { type MetricsRecord, openMetricsLog } from './metrics-log.js';

/**
 * A run on disk: `recipe.yaml` (resolved), `metrics.jsonl`, `checkpoints/step-NNNNNNNN/`, `checkpoints/latest` (name of the
 * newest), and `weights.safetensors` once it is complete. It can be killed at any time and opened again to resume.
 */
export interface RunFolder {
  readonly path: string;
  /** What to continue from; absent in a new run, and if the run was stopped before its first checkpoint. */
  readonly checkpoint?: Checkpoint & { readonly path: string };
  log(record: MetricsRecord): Promise<void>;
  /** Writes a checkpoint, moves `latest` to it and removes old ones. Returns its path. */
  save(checkpoint: Checkpoint): Promise<string>;
  /** Copies the newest checkpoint's weights to `weights.safetensors`. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

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
  const { recipe, resume, keepLast = 3 } = options;
  checkCount('keepLast', keepLast);
  const recipeFile = join(path, 'recipe.yaml');
  const checkpointFolder = join(path, 'checkpoints');
  if (resume) await checkRecipe(recipeFile, recipe);
  else await startRun(path, recipeFile, recipe);

  const checkpoint = await newestCheckpoint(checkpointFolder, options.onWarning);
  const metrics = await openMetricsLog(join(path, 'metrics.jsonl'), checkpoint?.step ?? 0);
  let newest: Checkpoint | undefined = checkpoint;
  return {
    path,
    ...(checkpoint === undefined ? {} : { checkpoint }),
    log: (record) => metrics.append(record),
    save: async (next) => {
      await metrics.flush();
      const saved = await saveCheckpoint(checkpointFolder, next);
      await writeFileAtomically(join(checkpointFolder, 'latest'), `${basename(saved)}\n`);
      await pruneCheckpoints(checkpointFolder, next.step, keepLast);
      newest = next;
      return saved;
    },
    finish: async () => {
      if (newest !== undefined) await writeSafetensors(join(path, 'weights.safetensors'), newest.weights, weightsNote);
    },
    close: () => metrics.close(),
  };
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
      return { ...(await readCheckpoint(path)), path };
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      firstError ??= error;
      onWarning?.(`Passed over a damaged checkpoint. ${error.message}`);
    }
  }
  if (firstError !== undefined) throw firstError;
  return undefined;
}
