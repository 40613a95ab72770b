import { ftruncateSync, writeSync } from 'node:fs';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { TrainingError, writeFileAtomically } from '@vosvfi/core';
import { z } from 'zod';

/** One line of `metrics.jsonl`. Every line has the step (steps done so far) it belongs to. */
export type MetricsRecord = { readonly type: string; readonly step: number } & Readonly<Record<string, unknown>>;

/** A file of JSON objects, one a line, that only grows. */
export interface MetricsLog {
  /**
   * Appends one line; it has left the process when the promise resolves. A line that cannot be written leaves no piece in
   * the file, and is written before the next one.
   */
  append(record: MetricsRecord): Promise<void>;
  /** Bytes of the lines that are still to be written. */
  readonly pendingBytes: number;
  /** Asks the operating system to put everything on the disk. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const lineSchema = z.looseObject({ step: z.number() });

function stepOf(line: string): number | undefined {
  try {
    return lineSchema.parse(JSON.parse(line)).step;
  } catch {
    return undefined;
  }
}

/**
 * Removes the lines of steps after `step` and a last line that was cut off, so that a resumed run writes the file an unbroken one would have.
 * @throws TrainingError naming file and line if a line before the last is damaged.
 */
async function rewind(path: string, step: number): Promise<void> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = text.split('\n');
  // A whole file ends in a newline, which leaves an empty last piece; anything else there is a torn line.
  lines.pop();
  const kept = lines.filter((line, i) => {
    const found = stepOf(line);
    if (found === undefined) {
      throw new TrainingError(
        `${path}, line ${i + 1}: expected a JSON object with a "step", found ${line.slice(0, 60)}.`,
        {
          hint: 'Remove that line to resume.',
        },
      );
    }
    return found <= step;
  });
  await writeFileAtomically(path, kept.map((line) => `${line}\n`).join(''));
}

/**
 * Opens `path` for appending, after dropping everything that was written beyond `step`.
 * @throws TrainingError naming file and line if a line before the last is damaged.
 */
export async function openMetricsLog(path: string, step: number): Promise<MetricsLog> {
  await rewind(path, step);
  const handle: FileHandle = await open(path, 'a');
  let length = (await handle.stat()).size;
  let pending = '';
  // In this thread: another would wait for a core that the engine's threads do not leave for milliseconds.
  const write = (): void => {
    const bytes = Buffer.from(pending);
    try {
      for (let sent = 0; sent < bytes.length; ) sent += writeSync(handle.fd, bytes, sent);
    } catch (error) {
      // On a disk that is full, a first part may have got in.
      cutOff(handle.fd, length);
      throw error;
    }
    length += bytes.length;
    pending = '';
  };
  return {
    append: async (record) => {
      pending += `${JSON.stringify(record)}\n`;
      write();
    },
    get pendingBytes() {
      return Buffer.byteLength(pending);
    },
    flush: async () => {
      if (pending !== '') write();
      await handle.datasync();
    },
    close: () => handle.close(),
  };
}

/** Removes what follows `length`; what cannot be removed now is when the run is resumed. */
function cutOff(descriptor: number, length: number): void {
  try {
    ftruncateSync(descriptor, length);
  } catch {
    // The failure to write says more than this one.
  }
}
