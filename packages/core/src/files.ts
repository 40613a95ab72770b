import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A name beside `path` (same folder, so that a rename is atomic) that keeps the extension and is never used twice. */
export function temporaryPath(path: string): string {
  return join(dirname(path), `.${randomUUID().slice(0, 8)}.tmp-${basename(path)}`);
}

/**
 * Runs `write` on a temporary name beside `path` and renames it when that succeeds, so that the final name never
 * carries a partial file. Makes the folder if it is missing; removes the temporary file on failure.
 */
export async function writeAtomically<T>(path: string, write: (temporary: string) => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = temporaryPath(path);
  try {
    const result = await write(temporary);
    await rename(temporary, path);
    return result;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** {@link writeAtomically} for bytes or text in memory. */
export async function writeFileAtomically(path: string, content: string | Uint8Array): Promise<void> {
  await writeAtomically(path, (temporary) => writeFile(temporary, content));
}

/**
 * Makes a folder under a temporary name beside `path`, lets `write` fill it and renames it when that succeeds. A folder that
 * is already there is replaced: whether it may be is the caller's to check.
 */
export async function writeFolderAtomically<T>(path: string, write: (temporary: string) => Promise<T>): Promise<T> {
  const temporary = temporaryPath(path);
  try {
    await mkdir(temporary, { recursive: true });
    const result = await write(temporary);
    await replaceFolder(path, temporary);
    return result;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Renames `folder` to `path`. A rename does not replace folders that hold something: the old one steps aside first. */
async function replaceFolder(path: string, folder: string): Promise<void> {
  const aside = temporaryPath(path);
  const exists = await rename(path, aside).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
  try {
    await rename(folder, path);
  } catch (error) {
    if (exists) await rename(aside, path);
    throw error;
  }
  if (exists) await rm(aside, { recursive: true, force: true });
}
