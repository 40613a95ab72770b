import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** One call of the operating system writes less than 2 GiB. */
const LARGEST_WRITE = 2 ** 28;

/** Writes `pieces` one after the other to `path` and onto the disk; `observe` sees every byte. */
export async function writePieces(
  path: string,
  pieces: Iterable<Uint8Array>,
  observe?: (bytes: Uint8Array) => void,
): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (const piece of pieces) {
      for (let start = 0; start < piece.length; start += LARGEST_WRITE) {
        const slice = piece.subarray(start, start + LARGEST_WRITE);
        observe?.(slice);
        await file.appendFile(slice);
      }
    }
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** {@link writePieces}, with the length and the hash of what was written. */
export async function writeHashed(
  path: string,
  pieces: Iterable<Uint8Array>,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  await writePieces(path, pieces, (slice) => {
    hash.update(slice);
    bytes += slice.length;
  });
  return { bytes, sha256: hash.digest('hex') };
}
