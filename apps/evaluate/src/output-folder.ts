import { access, constants, mkdir } from 'node:fs/promises';
import { ConfigError } from '@vosvfi/core';

/**
 * Makes the folder of a result, before hours are spent on what could not be written.
 * @throws ConfigError if it cannot be made, is a file, or nothing can be written into it.
 */
export async function requireWritable(folder: string, option = '--output'): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const isFile = code === 'EEXIST' || code === 'ENOTDIR';
    const problem = isFile ? 'expected a folder, found a file' : `nothing can be written there (${message})`;
    throw new ConfigError(option, `${folder}: ${problem}.`, { cause });
  }
}
