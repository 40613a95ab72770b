import { MediaError } from '@vosvfi/core';

/** Whether a file that cannot be used ends the batches (`stop`) or is replaced by another (`skip`). */
export type BrokenPolicy = 'stop' | 'skip';

/** Keeps account of files that could not be used. */
export interface BrokenFiles {
  /** Notes a broken file. @throws the error, with policy `stop` or if it is not about a file. */
  report(error: unknown): void;
  /** What was noted since the last call. */
  take(): readonly MediaError[];
}

/** An empty account. */
export function createBrokenFiles(policy: BrokenPolicy): BrokenFiles {
  let noted: MediaError[] = [];
  return {
    report(error) {
      if (!MediaError.isInstance(error)) throw error;
      if (policy === 'stop') {
        throw new MediaError(error.file, error.message.slice(error.file.length + 2), {
          hint: 'Repair or remove it, or leave such samples out with onBrokenSample: skip.',
          cause: error.cause,
        });
      }
      noted.push(error);
    },
    take() {
      const taken = noted;
      noted = [];
      return taken;
    },
  };
}

/** So many samples in a row that cannot be read are an error whatever the policy. */
const LIMIT = 20;

/**
 * The first sample that can be read out of those that `read` gives for attempts 0, 1, 2, ...
 * @throws as {@link BrokenFiles.report}; MediaError if none of 20 can be read.
 */
export async function readable<T>(broken: BrokenFiles, read: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await read(attempt);
    } catch (error) {
      broken.report(error);
      if (attempt + 1 < LIMIT) continue;
      const { file, message } = error as MediaError;
      throw new MediaError(
        file,
        `${message.slice(file.length + 2)} It is the last of ${LIMIT} broken samples in a row.`,
      );
    }
  }
}
