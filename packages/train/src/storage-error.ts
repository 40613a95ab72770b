import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EnvironmentError } from '@vosvfi/core';

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is larger than the limit for this process or file system',
  EROFS: 'the file system is read-only',
  EACCES: 'there is no permission to write',
  EPERM: 'there is no permission to write',
  EIO: 'the disk reports a fault',
};

/** What was to be written. */
export interface StorageAttempt {
  /** What it is, at the start of a sentence. */
  readonly subject: string;
  readonly path: string;
  /** Bytes that it takes, where they are known. */
  readonly bytes?: number;
  /** What holds now, as a sentence. */
  readonly state?: string;
}

/**
 * An error that says what could not be written, why, how much room it takes and how much there is, if `error` means that
 * storage gave out; else `error` itself.
 */
export async function explainStorage(
  error: unknown,
  { subject, path, bytes, state }: StorageAttempt,
): Promise<unknown> {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  const reason = reasons[code];
  if (reason === undefined) return error;
  const room = await freeBytes(path);
  const facts = [
    ...(bytes === undefined ? [] : [`needs ${formatBytes(bytes)}`]),
    ...(room === undefined ? [] : [`${formatBytes(room)} are free`]),
  ];
  const parts = [
    `${subject} cannot be written: ${reason} (${code}).`,
    `${path}${facts.length === 0 ? '' : ': '}${facts.join(', ')}.`,
    ...(state === undefined ? [] : [state]),
  ];
  return new EnvironmentError(parts.join(' '), {
    hint: 'Make it possible to write there, then resume the run.',
    cause: error,
  });
}

/** Free bytes for this user where `path` is or would be; undefined if the system does not say. */
async function freeBytes(path: string): Promise<number | undefined> {
  const found = await statfs(path).catch(() => undefined);
  if (found !== undefined) return found.bavail * found.bsize;
  const parent = dirname(path);
  return parent === path ? undefined : freeBytes(parent);
}

/** `640 bytes`, `1.5 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return bytes < 1000 ? `${bytes} bytes` : `${value.toFixed(1)} ${units[unit]}`;
}
