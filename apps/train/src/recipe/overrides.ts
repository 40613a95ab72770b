import { ConfigError } from '@vosvfi/core';
import { parse } from 'yaml';

/** `key.path=value` of the command line. */
export interface Override {
  readonly path: readonly string[];
  readonly value: unknown;
}

/**
 * Parses `key.path=value`; the value is YAML, so `3`, `true`, `null`, `[1, 2]` and `{kind: adam}` have their types.
 * @throws ConfigError naming what is malformed.
 */
export function parseOverride(text: string): Override {
  const separator = text.indexOf('=');
  const path = text.slice(0, Math.max(separator, 0)).split('.');
  if (separator < 1 || path.some((key) => key === '')) {
    throw new ConfigError('--set', `expected key.path=value, found "${text}".`);
  }
  try {
    return { path, value: parse(text.slice(separator + 1), { prettyErrors: false }) };
  } catch (cause) {
    throw new ConfigError(`--set ${path.join('.')}`, `the value is not valid YAML: ${(cause as Error).message}.`, {
      cause,
    });
  }
}

/** `data` with the value at the override's path replaced; missing objects on the way are made, arrays are not entered. */
export function applyOverride(data: unknown, { path, value }: Override): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const record = typeof data === 'object' && data !== null && !Array.isArray(data) ? data : {};
  // Entries, not assignment: a key such as __proto__ must become an unknown key like any other.
  return Object.fromEntries([
    ...Object.entries(record).filter(([name]) => name !== key),
    [key, applyOverride((record as Record<string, unknown>)[key], { path: rest, value })],
  ]);
}
