import { readdir, readFile, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { ConfigError, type Mask, MediaError, writeFileAtomically } from '@vosvfi/core';
import { writeMask } from '@vosvfi/data';
import { z } from 'zod';

/** Name of the file beside the masks that says how they were made. */
export const manifestName = 'segmentation.json';

/** What determines the masks of a folder, as plain values by name. */
export type MaskSettings = Readonly<Record<string, string | number | boolean>>;

const manifestSchema = z.strictObject({
  format: z.literal('vosvfi masks'),
  version: z.literal(1),
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

/** Masks of the frames of a video, one palette PNG file each, and how they were made. */
export interface MaskFolder {
  readonly folder: string;
  /** Path of the mask of a frame. */
  fileOf(frame: number): string;
  /** Numbers of the frames without mask; {@link MaskFolder.write} takes them out. */
  readonly missing: ReadonlySet<number>;
  /** Writes the mask of a frame, atomically, unless it is there already. */
  write(frame: number, mask: Mask): Promise<void>;
}

/** Options of {@link openMaskFolder}. */
export interface MaskFolderOptions {
  /** Names of the frames. */
  readonly names: readonly string[];
  readonly settings: MaskSettings;
  /** Throw away all PNG files of a folder that a run with other settings made; else it is refused. */
  readonly overwrite: boolean;
}

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT') return [];
    throw new MediaError(folder, `cannot be used as folder (${code}).`, { cause });
  }
}

async function readSettings(file: string): Promise<MaskSettings> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(file, 'utf8'))).settings;
  } catch (cause) {
    throw new MediaError(file, 'is no manifest of masks that this version writes.', {
      hint: 'Name another folder.',
      cause,
    });
  }
}

/** Settings that differ, in words. */
function differences(before: MaskSettings, now: MaskSettings): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return names
    .filter((name) => before[name] !== now[name])
    .map((name) => `${name} was ${before[name] ?? 'not set'}, is ${now[name] ?? 'not set'}`);
}

const isMask = (name: string) => extname(name).toLowerCase() === '.png';

async function clear(folder: string, masks: Iterable<string>): Promise<void> {
  // The manifest last, so that a folder that is half cleared is still known as one of masks.
  for (const name of masks) await rm(join(folder, name));
  await rm(join(folder, manifestName));
}

/**
 * Opens a folder for masks: a new or empty one, or one of an earlier run with the same settings, whose masks are kept.
 * @throws ConfigError if it holds masks of other settings (all that differ are named) or PNG files of unknown origin.
 */
export async function openMaskFolder(folder: string, options: MaskFolderOptions): Promise<MaskFolder> {
  const { names, settings, overwrite } = options;
  const files = names.map((name) => `${name}.png`);
  const present = await presentMasks(folder, settings, overwrite);
  const missing = new Set(files.flatMap((file, frame) => (present.has(file) ? [] : [frame])));
  const fileOf = (frame: number) => join(folder, files[frame]!);
  let hasManifest = present.size > 0;
  return {
    ...{ folder, fileOf, missing },
    async write(frame, mask) {
      if (!missing.has(frame)) return;
      if (!hasManifest) {
        const manifest = { format: 'vosvfi masks', version: 1, settings };
        await writeFileAtomically(join(folder, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
        hasManifest = true;
      }
      await writeMask(fileOf(frame), mask);
      missing.delete(frame);
    },
  };
}

/** Names of the masks that are there and were made with `settings`. */
async function presentMasks(folder: string, settings: MaskSettings, overwrite: boolean): Promise<ReadonlySet<string>> {
  const names = await list(folder);
  const masks = new Set(names.filter(isMask));
  if (masks.size === 0) return masks;
  if (!names.includes(manifestName)) {
    throw new ConfigError('output', `${folder} holds other PNG files, such as ${[...masks][0]}.`, {
      hint: 'Name a new or an empty folder.',
    });
  }
  const changed = differences(await readSettings(join(folder, manifestName)), settings);
  if (changed.length === 0) return masks;
  if (!overwrite) {
    throw new ConfigError('output', `${folder} holds masks of other settings: ${changed.join('; ')}.`, {
      hint: 'Name another folder, or allow to overwrite.',
    });
  }
  await clear(folder, masks);
  return new Set();
}
