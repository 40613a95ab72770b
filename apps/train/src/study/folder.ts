import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TrainingError, writeFileAtomically } from '@vosvfi/core';
import { firstDifference } from '@vosvfi/train';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { LoadedStudy } from './load.js';

/**
 * Opens a study's folder: writes what decides its results, or checks that it is what the folder was begun with.
 * @throws TrainingError naming the field that changed.
 */
export async function openStudyFolder(folder: string, { study, recipes }: LoadedStudy): Promise<void> {
  const file = join(folder, 'study.yaml');
  const content = plain({ study, recipes: Object.fromEntries(recipes) });
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) {
    await mkdir(folder, { recursive: true });
    await writeFileAtomically(file, stringify(content));
    return;
  }
  const difference = firstDifference(parse(text), content);
  if (difference === undefined) return;
  const { path, before, after } = difference;
  throw new TrainingError(
    `${file}: the study changed at "${path}": it was begun with ${show(before)}, now it is ${show(after)}.`,
    { hint: 'Restore that value to go on, or choose another folder.' },
  );
}

/** As it will read back from a file: without undefined fields. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

/**
 * What `file` holds, made and written now if there is no such file.
 * @throws TrainingError if the file is not what `schema` says.
 */
export async function remembered<T>(file: string, schema: z.ZodType<T>, make: () => Promise<T>): Promise<T> {
  const known = await readRecord(file, schema);
  if (known !== undefined) return known;
  const made = await make();
  await writeFileAtomically(file, `${JSON.stringify(made, null, 2)}\n`);
  return made;
}

/** A record that was written before; `undefined` if it was not. @throws TrainingError if it is damaged. */
async function readRecord<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new TrainingError(`${file}: is not what the study wrote: ${reason}`, {
      cause: error,
      hint: 'Remove the file to have it made again.',
    });
  }
}
