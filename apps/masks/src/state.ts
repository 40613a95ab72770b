import { access, appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, MediaError, writeFileAtomically } from '@vosvfi/core';
import { maskFiles } from '@vosvfi/data';
import { z } from 'zod';
import { rejectionReasons } from './assess.js';
import type { MaskSettings } from './settings.js';
import type { TripletRecord } from './triplet-masks.js';

/** Version of the manifest and the records; another one cannot be continued. */
const VERSION = 1;

const recordSchema = z.union([
  z.strictObject({ name: z.string(), broken: z.string() }),
  z.strictObject({
    name: z.string(),
    areas: z.array(z.number()),
    overlaps: z.array(z.number()),
    reasons: z.array(z.enum(rejectionReasons)),
  }),
]);

const identitySchema = z.looseObject({ version: z.number(), model: z.string(), settings: z.unknown() });

/** What a run is: only the same can be continued. */
export interface RunIdentity {
  /** Name of the model, or of the user's file. */
  readonly model: string;
  readonly settings: MaskSettings;
}

/** The manifest. */
const manifestFile = (output: string) => join(output, 'masks', 'masks.json');
/** A line for each triplet that is done. */
const recordsFile = (output: string) => join(output, 'masks', 'records.jsonl');

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new MediaError(file, 'cannot be read.', { cause: error });
  }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** Paths of the values in which two JSON values differ. */
function differences(before: unknown, now: unknown, path: string): string[] {
  if (JSON.stringify(before) === JSON.stringify(now)) return [];
  const isRecord = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isRecord(before) || !isRecord(now))
    return [`${path} (was ${JSON.stringify(before)}, is ${JSON.stringify(now)})`];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return keys.flatMap((key) => differences(before[key], now[key], path === '' ? key : `${path}.${key}`));
}

function readIdentity(file: string, text: string) {
  try {
    return identitySchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new MediaError(file, 'is damaged.', { hint: 'Remove the folder "masks" and start again.', cause });
  }
}

const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

/**
 * Makes sure that the folder `masks` of `output` is new or of the same model and settings, and notes them with the tool.
 * Settings of a run that finished no triplet do not count.
 * @throws ConfigError naming what differs, or if masks of something else are there.
 */
export async function claimMasks(output: string, { model, settings }: RunIdentity, tool: object): Promise<void> {
  const file = manifestFile(output);
  const text = await readText(file);
  const now = { version: VERSION, model, settings };
  const writeManifest = () => writeFileAtomically(file, `${JSON.stringify({ ...now, tool }, null, 2)}\n`);
  if (text === undefined) {
    if (await exists(join(output, 'masks'))) {
      throw new ConfigError(output, 'holds masks that this command has not made.', {
        hint: 'Name another folder by -o, or move the folder "masks" away.',
      });
    }
    return writeManifest();
  }
  const { version, model: earlier, settings: was } = readIdentity(file, text);
  const changed = differences({ version, model: earlier, settings: was }, plain(now), '');
  if (changed.length === 0) return;
  if ((await readRecords(output)).size === 0) return writeManifest();
  const more = changed.length > 3 ? ` and ${changed.length - 3} more` : '';
  throw new ConfigError(output, `holds masks of other settings: ${changed.slice(0, 3).join('; ')}${more}.`, {
    hint: 'Give the earlier settings to go on, name another folder by -o, or remove the folder "masks" to start again.',
  });
}

/**
 * Records of triplets that are done and whose masks are there, by name. Broken ones are not among them: their files may
 * have been repaired. A last line that was cut off is passed over.
 */
export async function readRecords(output: string): Promise<Map<string, TripletRecord>> {
  const text = (await readText(recordsFile(output))) ?? '';
  const records = new Map<string, TripletRecord>();
  for (const line of text.split('\n')) {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      continue;
    }
    const { data } = recordSchema.safeParse(value);
    if (data && !('broken' in data)) records.set(data.name, data);
  }
  for (const name of [...records.keys()]) {
    if (!(await exists(maskFiles(output, name)[2]))) records.delete(name);
  }
  return records;
}

/** Keeps what became of a triplet. The line break comes first: after a line that was cut off, a new one starts. */
export async function appendRecord(output: string, record: TripletRecord): Promise<void> {
  await mkdir(join(output, 'masks'), { recursive: true });
  await appendFile(recordsFile(output), `\n${JSON.stringify(record)}`);
}
