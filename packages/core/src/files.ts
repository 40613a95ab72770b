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
