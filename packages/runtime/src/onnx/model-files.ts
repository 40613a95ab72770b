import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** Length and hash of a file that was written. */
export interface WrittenFile {
  readonly bytes: number;
  readonly sha256: string;
}

/** One call of the operating system writes less than 2 GiB. */
const LARGEST_WRITE = 2 ** 28;

/** Writes `pieces` one after the other to `path` and onto the disk. */
export async function writePieces(path: string, pieces: Iterable<Uint8Array>): Promise<WrittenFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'w');
  try {
    for (const piece of pieces) {
      for (let start = 0; start < piece.length; start += LARGEST_WRITE) {
        const slice = piece.subarray(start, start + LARGEST_WRITE);
        hash.update(slice);
        await file.appendFile(slice);
        bytes += slice.length;
      }
    }
    await file.datasync();
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}
