import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CheckpointError } from '@vosvfi/core';

/**
 * What a weights file is known by: the SHA-256 of its content, 64 hexadecimal digits. Of a folder, that of its files in the
 * order of their names, one after the other.
 * @throws CheckpointError if it cannot be read.
 */
export async function weightsDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    const isFolder = (await stat(path)).isDirectory();
    const files = isFolder ? (await readdir(path)).sort().map((name) => join(path, name)) : [path];
    for (const file of files) await pipeline(createReadStream(file), hash, { end: false });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    throw new CheckpointError(path, code === 'ENOENT' ? 'no such file.' : `cannot be read (${code}).`, { cause });
  }
  return hash.digest('hex');
}
