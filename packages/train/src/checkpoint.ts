import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CheckpointError, type HostTensor, temporaryPath, type WeightMap } from '@vosvfi/core';
import { readSafetensors, toHostTensor, writeSafetensors } from '@vosvfi/core/safetensors';
import { z } from 'zod';
import type { WatchState } from './validation-watch.js';

/** Everything a run needs to go on as if it had never stopped. */
export interface Checkpoint {
  /** Steps done, skipped ones included. */
  readonly step: number;
  /** Steps applied, which the optimizer counts. */
  readonly optimizerStep: number;
  readonly skipped: number;
  /** State dict of the network. */
  readonly weights: WeightMap;
  /** State dict with the moving averages of the weights, if the run keeps them. */
  readonly ema?: WeightMap;
  /** Optimizer state, keyed `${slot}/${parameter key}`. */
  readonly slots: WeightMap;
  /** What validations have shown so far; absent if nothing is watched. */
  readonly validation?: WatchState;
}

type TensorFile = 'weights.safetensors' | 'optimizer.safetensors' | 'ema.safetensors';

/** Loaders of other projects read this note as "layouts are PyTorch's". */
export const weightsNote = { format: 'pt' };

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);

const stateSchema = z.strictObject({
  format: z.literal('vosvfi-checkpoint'),
  version: z.literal(1),
  step: count,
  optimizerStep: count,
  skipped: count,
  validation: z
    .strictObject({
      best: z.strictObject({ step: count, value: z.number() }).optional(),
      earlyStop: z.strictObject({ value: z.number().optional(), waited: count }).optional(),
    })
    .optional(),
  /** Hashes of the tensor files: a power cut can leave a file of the right length and the wrong content. */
  sha256: z.strictObject({
    'weights.safetensors': sha256,
    'optimizer.safetensors': sha256,
    'ema.safetensors': sha256.optional(),
  }),
});

const folderPattern = /^step-(\d{8,})$/;

/** `step-00000120` for 120. */
export function checkpointName(step: number): string {
  return `step-${String(step).padStart(8, '0')}`;
}

/** Checkpoint folders in `folder` with their steps, newest first; empty if the folder does not exist. */
export async function listCheckpoints(folder: string): Promise<{ step: number; path: string }[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .flatMap((name) => {
      const match = folderPattern.exec(name);
      return match === null ? [] : [{ step: Number(match[1]), path: join(folder, name) }];
    })
    .sort((a, b) => b.step - a.step);
}

async function hashOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

/** The tensor files of a checkpoint. */
function tensorFiles({ weights, slots, ema }: Checkpoint): [TensorFile, WeightMap][] {
  return [
    ['weights.safetensors', weights],
    ['optimizer.safetensors', slots],
    ...(ema === undefined ? [] : [['ema.safetensors', ema] satisfies [TensorFile, WeightMap]]),
  ];
}

/** Bytes that a checkpoint takes on the disk, but for names and other small things. */
export function checkpointBytes(checkpoint: Checkpoint): number {
  const tensors = tensorFiles(checkpoint).flatMap(([, map]) => [...map.values()]);
  return tensors.reduce((sum, { data }) => sum + data.byteLength, 0);
}

async function writeContents(folder: string, checkpoint: Checkpoint): Promise<void> {
  await mkdir(folder, { recursive: true });
  const hashes: Record<string, string> = {};
  for (const [file, tensors] of tensorFiles(checkpoint)) {
    await writeSafetensors(join(folder, file), tensors, weightsNote);
    hashes[file] = await hashOf(join(folder, file));
  }
  const { step, optimizerStep, skipped, validation } = checkpoint;
  const state = {
    format: 'vosvfi-checkpoint',
    version: 1,
    ...{ step, optimizerStep, skipped },
    ...(validation === undefined ? {} : { validation }),
    sha256: hashes,
  };
  await writeFile(join(folder, 'state.json'), `${JSON.stringify(state, null, 2)}\n`, { flush: true });
}

/** Writes `checkpoint` as `folder/step-NNNNNNNN`, which appears whole or not at all. Returns its path. */
export async function saveCheckpoint(folder: string, checkpoint: Checkpoint): Promise<string> {
  const path = join(folder, checkpointName(checkpoint.step));
  const temporary = temporaryPath(path);
  try {
    await writeContents(temporary, checkpoint);
    // A rename does not replace folders. One of this name can only be there if it was found damaged on resuming.
    await rm(path, { recursive: true, force: true });
    await rename(temporary, path);
  } catch (error) {
    // What this cannot remove, the next save does; the first error says more than one of removing.
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
  return path;
}

/**
 * Reads a checkpoint folder.
 * @throws CheckpointError naming the file that is missing, damaged or of another format.
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const stateFile = join(path, 'state.json');
  const { step, optimizerStep, skipped, validation, sha256: hashes } = await readState(stateFile);
  if (basename(path) !== checkpointName(step)) {
    throw new CheckpointError(stateFile, `"step": expected the folder's number, found ${step}.`);
  }
  const read = (file: TensorFile, hash: string) => readHashed(join(path, file), hash);
  const weights = await read('weights.safetensors', hashes['weights.safetensors']);
  const slots = await read('optimizer.safetensors', hashes['optimizer.safetensors']);
  const emaHash = hashes['ema.safetensors'];
  return {
    ...{ step, optimizerStep, skipped, weights, slots },
    ...(emaHash === undefined ? {} : { ema: await read('ema.safetensors', emaHash) }),
    ...(validation === undefined ? {} : { validation }),
  };
}

async function readHashed(file: string, hash: string): Promise<Map<string, HostTensor>> {
  const found = await hashOf(file).catch((error: NodeJS.ErrnoException) => {
    throw new CheckpointError(file, `cannot be read (${error.code}).`, { cause: error });
  });
  if (found !== hash) {
    throw new CheckpointError(file, `is damaged: expected SHA-256 ${hash}, found ${found}.`);
  }
  return await readTensors(file);
}

async function readTensors(file: string): Promise<Map<string, HostTensor>> {
  const { tensors } = await readSafetensors(file);
  return new Map([...tensors].map(([name, tensor]) => [name, toHostTensor(tensor, name)]));
}

async function readState(file: string): Promise<z.infer<typeof stateSchema>> {
  try {
    return stateSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new CheckpointError(file, `is not the state of a checkpoint: ${reason}`, { cause: error });
  }
}

/**
 * Removes what interrupted writes left, checkpoints beyond `step` (damaged ones that a resumed run passed over) and all
 * but the newest `keep` of the others, and but that of step `best`.
 */
export async function pruneCheckpoints(folder: string, step: number, keep: number, best?: number): Promise<void> {
  const names = await readdir(folder);
  const torn = names.filter((name) => /^\.[0-9a-f]{8}\.tmp-/.test(name)).map((name) => join(folder, name));
  const checkpoints = await listCheckpoints(folder);
  const beyond = checkpoints.filter((checkpoint) => checkpoint.step > step);
  const old = checkpoints.slice(beyond.length + keep).filter((checkpoint) => checkpoint.step !== best);
  for (const path of [...torn, ...[...beyond, ...old].map((checkpoint) => checkpoint.path)])
    await rm(path, { recursive: true, force: true });
}
