import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { CheckpointError, writeAtomically } from '@vosvfi/core';
import type { OfficialFile } from './lpips-sources.js';

/**
 * Gets a file, which appears only when it is complete and has the SHA-256 that is known of it.
 * @throws CheckpointError naming the address and what went wrong.
 */
export async function download({ url, sha256 }: OfficialFile, path: string): Promise<void> {
  const body = await open(url);
  await writeAtomically(path, async (temporary) => {
    const hash = createHash('sha256');
    const measured = new Transform({
      transform: (chunk: Buffer, _, done) => {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    await pipeline(Readable.fromWeb(body), measured, createWriteStream(temporary)).catch((cause: unknown) => {
      throw new CheckpointError(url, `broke off (${reasonOf(cause)}).`, { hint: 'Try again.', cause });
    });
    const found = hash.digest('hex');
    if (found.startsWith(sha256)) return;
    throw new CheckpointError(url, `expected a file whose SHA-256 starts with ${sha256}, found ${found}.`, {
      hint: 'It is not the official file, or was damaged on its way; nothing was written.',
    });
  });
}

async function open(url: string): Promise<ReadableStream<Uint8Array>> {
  const response = await fetch(url).catch((cause: unknown) => {
    throw new CheckpointError(url, `cannot be reached (${reasonOf(cause)}).`, {
      hint: 'Check the connection, or name a folder of the same files with --from.',
      cause,
    });
  });
  if (response.ok && response.body !== null) return response.body as ReadableStream<Uint8Array>;
  throw new CheckpointError(url, `answered ${response.status} ${response.statusText}.`, {
    hint: 'Name a folder of the same files with --from.',
  });
}

/** What the network said; `fetch` hides it in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
