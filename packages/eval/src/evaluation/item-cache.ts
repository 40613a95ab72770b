import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, writeFileAtomically } from '@vosvfi/core';
import { z } from 'zod';
import { type Measurement, measurementSchema } from './measurement.js';
import { metricsJson } from './metrics-json.js';

/** Measurements that are kept between evaluations. */
export interface MeasurementCache {
  /** What is kept under a key; undefined if nothing is, or if it is damaged. */
  read(key: string): Promise<Measurement | undefined>;
  write(key: string, measurement: Measurement): Promise<void>;
}

/** A key of everything that a measurement depends on: SHA-256 of its JSON, names of properties in order. */
export function measurementKey(facts: unknown): string {
  return createHash('sha256').update(JSON.stringify(facts, sortedProperties)).digest('hex');
}

function sortedProperties(_: string, part: unknown): unknown {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
  return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Measurements as files of JSON in a folder, named by their keys. Files are written at once or not at all.
 * @param onWarning told about a damaged file, whose measurement is then made again.
 */
export function folderCache(folder: string, onWarning: (message: string) => void): MeasurementCache {
  const fileOf = (key: string): string => join(folder, key.slice(0, 2), `${key}.json`);
  return {
    read: async (key) => {
      const file = fileOf(key);
      let text: string;
      try {
        text = await readFile(file, 'utf8');
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw new ConfigError('cache', `${file} cannot be read (${(cause as Error).message}).`, { cause });
      }
      try {
        return measurementSchema.parse(JSON.parse(text));
      } catch (cause) {
        const reason = cause instanceof z.ZodError ? 'it is not a measurement' : (cause as Error).message;
        onWarning(`${file} is damaged (${reason}); its item is measured again.`);
        return undefined;
      }
    },
    write: (key, measurement) => writeFileAtomically(fileOf(key), `${metricsJson(measurement)}\n`),
  };
}

/** Keeps nothing. */
export const noCache: MeasurementCache = { read: async () => undefined, write: async () => {} };
