import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CheckpointError, type HostTensor, temporaryPath, type WeightMap } from '@vosvfi/core';
import { readSafetensors, toHostTensor, writeSafetensors } from '@vosvfi/core/safetensors';
import { z } from 'zod';

/** Everything a run needs to go on as if it had never stopped. */
export interface Checkpoint {
  /** Steps done, skipped ones included. */
  readonly step: number;
  /** Steps applied, which the optimizer counts. */
  readonly optimizerStep: number;
  readonly skipped: number;
  /** State dict of the network. */
  readonly weights: WeightMap;
  /** Optimizer state, keyed `${slot}/${parameter key}`. */
  readonly slots: WeightMap;
}

const tensorFiles = ['weights.safetensors', 'optimizer.safetensors'] as const;
/** Loaders of other projects read this note as "layouts are PyTorch's". */
export const weightsNote = { format: 'pt' };

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const stateSchema = z.strictObject({
  format: z.literal('vosvfi-checkpoint'),
  version: z.literal(1),
  step: z.int().min(0),
  optimizerStep: z.int().min(0),
  skipped: z.int().min(0),
  /** Hashes of the tensor files: a power cut can leave a file of the right length and the wrong content. */
  sha256: z.strictObject({ 'weights.safetensors': sha256, 'optimizer.safetensors': sha256 }),
});

const folderPattern = /^step-(\d{8,})$/;

/** `step-00000120` for 120. */
function checkpointName(step: number): string {
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

async function writeContents(folder: string, checkpoint: Checkpoint): Promise<void> {
  await mkdir(folder, { recursive: true });
  const tensors = { 'weights.safetensors': checkpoint.weights, 'optimizer.safetensors': checkpoint.slots };
  for (const file of tensorFiles) {
    await writeSafetensors(join(folder, file), tensors[file], weightsNote);
  }
  const state: z.infer<typeof stateSchema> = {
    format: 'vosvfi-checkpoint',
    version: 1,
    step: checkpoint.step,
    optimizerStep: checkpoint.optimizerStep,
    skipped: checkpoint.skipped,
    sha256: {
      'weights.safetensors': await hashOf(join(folder, 'weights.safetensors')),
      'optimizer.safetensors': await hashOf(join(folder, 'optimizer.safetensors')),
    },
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
    await rm(temporary, { recursive: true, force: true });
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
  const { step, optimizerStep, skipped, sha256: hashes } = await readState(stateFile);
  if (basename(path) !== checkpointName(step)) {
    throw new CheckpointError(stateFile, `"step": expected the folder's number, found ${step}.`);
  }
  for (const file of tensorFiles) {
    const found = await hashOf(join(path, file)).catch((error: NodeJS.ErrnoException) => {
      throw new CheckpointError(join(path, file), `cannot be read (${error.code}).`, { cause: error });
    });
    if (found !== hashes[file]) {
      throw new CheckpointError(join(path, file), `is damaged: expected SHA-256 ${hashes[file]}, found ${found}.`);
    }
  }
  const weights = await readTensors(join(path, 'weights.safetensors'));
  const slots = await readTensors(join(path, 'optimizer.safetensors'));
  return { step, optimizerStep, skipped, weights, slots };
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
 * but the newest `keep` of the others.
 */
export async function pruneCheckpoints(folder: string, step: number, keep: number): Promise<void> {
  const names = await readdir(folder);
  const torn = names.filter((name) => /^\.[0-9a-f]{8}\.tmp-/.test(name)).map((name) => join(folder, name));
  const checkpoints = await listCheckpoints(folder);
  const beyond = checkpoints.filter((checkpoint) => checkpoint.step > step);
  const old = checkpoints.slice(beyond.length + keep);
  for (const path of [...torn, ...[...beyond, ...old].map((checkpoint) => checkpoint.path)])
    await rm(path, { recursive: true, force: true });
}
