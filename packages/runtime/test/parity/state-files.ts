import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { EngineStates } from './engine-states.js';

/** Where the recorded states lie, one JSON file an engine. */
const statesFolder = fileURLToPath(new URL('./states/', import.meta.url));

/** The document that holds the table. */
export const tableDocument = fileURLToPath(new URL('../../../../docs/engine.md', import.meta.url));

/** All recorded states. */
export function readStates(): EngineStates[] {
  return readdirSync(statesFolder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(`${statesFolder}${name}`, 'utf8')) as EngineStates);
}

/** The file of one engine. */
export const stateFile = (engine: string): string => `${statesFolder}${engine}.json`;
