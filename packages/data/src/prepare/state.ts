import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, MediaError, writeFileAtomically } from '@vosvfi/core';
import { z } from 'zod';
import { type Analysis, analysisSchema } from './analysis.js';
import type { SourceInput } from './inputs.js';
import type { PrepareSettings } from './settings.js';
import type { SourceIdentity } from './source.js';

/** Version of what is kept between runs; another one cannot be continued. */
const STATE_VERSION = 1;

/** What a run is: only the same can be continued. */
export interface RunDescription {
  readonly settings: PrepareSettings;
  readonly sources: readonly (SourceInput & Partial<SourceIdentity>)[];
}

/** What became of a source: its analysis, or why it cannot be used. */
export type SourceOutcome = { readonly analysis: Analysis } | { readonly failure: string };

const outcomeSchema = z.union([z.strictObject({ analysis: analysisSchema }), z.strictObject({ failure: z.string() })]);

/** The folder in which an unfinished run keeps what it has found. */
function stateFolder(dir: string): string {
  return join(dir, '.prepare');
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new MediaError(file, 'cannot be read.', { cause: error });
  }
}

/** Paths of the values in which two JSON values differ. */
function differences(before: unknown, now: unknown, path: string): string[] {
  if (JSON.stringify(before) === JSON.stringify(now)) return [];
  const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  if (!isRecord(before) || !isRecord(now) || Array.isArray(before) !== Array.isArray(now)) {
    return [`${path} (was ${JSON.stringify(before)}, is ${JSON.stringify(now)})`];
  }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return keys.flatMap((key) => differences(before[key], now[key], path === '' ? key : `${path}.${key}`));
}

const hint = 'Run the earlier command to go on, or name another folder.';

/**
 * Makes sure that `dir` is new or holds a run of the same description, and notes the description.
 * @throws ConfigError naming what differs, or if the folder holds something else.
 */
export async function claimFolder(dir: string, run: RunDescription): Promise<void> {
  const file = join(stateFolder(dir), 'run.json');
  const text = await readText(file);
  const now = JSON.parse(JSON.stringify({ version: STATE_VERSION, ...run })) as unknown;
  if (text !== undefined) {
    let before: unknown;
    try {
      before = JSON.parse(text);
    } catch (cause) {
      throw new MediaError(file, 'is damaged.', { hint: 'Remove the folder and start again.', cause });
    }
    const changed = differences(before, now, '');
    if (changed.length === 0) return;
    const more = changed.length > 3 ? ` and ${changed.length - 3} more` : '';
    throw new ConfigError(dir, `was begun with other settings: ${changed.slice(0, 3).join('; ')}${more}.`, { hint });
  }
  // A run that was ended before its description was written leaves an empty folder of its own.
  const entries = (await readdir(dir).catch(() => [])).filter((name) => name !== '.prepare');
  if (entries.length > 0) {
    throw new ConfigError(dir, `holds ${entries.length} entries that are not of a run of this command.`, {
      hint: 'Name a new or empty folder.',
    });
  }
  await writeFileAtomically(file, `${JSON.stringify(now, null, 2)}\n`);
}

const outcomeFile = (dir: string, source: number) => join(stateFolder(dir), `source-${source + 1}.json`);

/** What an earlier run found of a source, if it got that far. @throws MediaError if the file is damaged. */
export async function readOutcome(dir: string, source: number): Promise<SourceOutcome | undefined> {
  const file = outcomeFile(dir, source);
  const text = await readText(file);
  if (text === undefined) return undefined;
  try {
    return outcomeSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new MediaError(file, 'is damaged.', { hint: 'Remove it to look at the source again.', cause });
  }
}

/** Keeps what was found of a source. */
export async function writeOutcome(dir: string, source: number, outcome: SourceOutcome): Promise<void> {
  await writeFileAtomically(outcomeFile(dir, source), JSON.stringify(outcome));
}
