import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, writeFileAtomically } from '@vosvfi/core';
import { z } from 'zod';
import { type KeptMeasurement, keptMeasurementSchema, mergeMeasurements } from './kept-measurement.js';
import { metricsJson } from './metrics-json.js';

/** Measurements that are kept between evaluations. */
export interface MeasurementCache {
  /** What is kept under the key of an item and a contestant; undefined if nothing is, or if it is damaged. */
  read(key: string): Promise<KeptMeasurement | undefined>;
  /** Adds to what is kept under the measurement's key. */
  add(measurement: KeptMeasurement): Promise<void>;
}

/**
 * Measurements as files of JSON in a folder, one for each item and contestant, named by their keys. Files are written at once
 * or not at all. Files of versions that kept other things have other keys, so that they are never taken for these.
 * @param onWarning told about a damaged file, whose measurement is then made again.
 */
export function folderCache(folder: string, onWarning: (message: string) => void): MeasurementCache {
  const fileOf = (key: string): string => join(folder, key.slice(0, 2), `${key}.json`);
  const read = async (key: string, warn: (message: string) => void): Promise<KeptMeasurement | undefined> => {
    const file = fileOf(key);
    const text = await readText(file);
    if (text === undefined) return undefined;
    try {
      const kept = keptMeasurementSchema.parse(JSON.parse(text));
      if (kept.key === key) return kept;
      throw new Error(`it is that of ${kept.item} by ${kept.contestant}`);
    } catch (cause) {
      const reason = cause instanceof z.ZodError ? 'it is not a measurement' : (cause as Error).message;
      warn(`${file} is damaged (${reason}); its item is measured again.`);
      return undefined;
    }
  };
  return {
    read: (key) => read(key, onWarning),
    add: async (measurement) => {
      // Another evaluation may have added something since it was read.
      const kept = await read(measurement.key, () => {});
      const merged = kept === undefined ? measurement : mergeMeasurements(kept, measurement);
      const file = fileOf(measurement.key);
      try {
        await writeFileAtomically(file, `${metricsJson(merged)}\n`);
      } catch (cause) {
        throw new ConfigError('cache', `${file} cannot be written (${(cause as Error).message}).`, { cause });
      }
    },
  };
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ConfigError('cache', `${file} cannot be read (${(cause as Error).message}).`, { cause });
  }
}

/** Keeps nothing. */
export const noCache: MeasurementCache = { read: async () => undefined, add: async () => {} };
