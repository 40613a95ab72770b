import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from '@vosvfi/core';

/**
 * The weights file that `path` names: itself, or what a run folder or one of its checkpoints holds; of a checkpoint, the
 * moving averages if it has them.
 * @throws CheckpointError if `path` is a folder without weights.
 */
export async function weightsFile(path: string): Promise<string> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return path;
  const names = await readdir(path);
  // A run folder has only the final weights; a checkpoint has both.
  const file = ['ema.safetensors', 'weights.safetensors'].find((name) => names.includes(name));
  if (file !== undefined) return join(path, file);
  if (names.includes('checkpoints')) {
    const checkpoints = (await readdir(join(path, 'checkpoints'))).filter((name) => name.startsWith('step-')).sort();
    throw new CheckpointError(path, 'this run is not complete, so that it has no "weights.safetensors".', {
      hint: checkpoints.length === 0 ? undefined : `Name one of its checkpoints instead: ${checkpoints.join(', ')}.`,
    });
  }
  throw new CheckpointError(path, 'this folder holds no weights.', {
    hint: 'Name a weights file, a run folder or a checkpoint of one.',
  });
}
