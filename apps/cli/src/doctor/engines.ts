import type { EngineFact } from '@vosvfi/runtime';
import { type Check, messageOf } from './check.js';

/** Whether each engine works here. Only `graph` is required. */
export async function checkEngines(): Promise<Check[]> {
  try {
    const { engineFacts } = await import('@vosvfi/runtime');
    return (await engineFacts()).map(checkOf);
  } catch (error) {
    // Without its native library the package cannot even be loaded.
    const remedy = 'Training and inference run on it. Install the package onnxruntime-node again.';
    return [{ name: 'engine graph', required: true, usable: false, found: messageOf(error), remedy }];
  }
}

function checkOf({ engine, usable, versions, threads, providers, reason, remedy }: EngineFact): Check {
  const libraries = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const found = usable
    ? [...libraries, `threads ${threads}`, ...(providers.length > 0 ? [`providers ${providers.join(' ')}`] : [])].join(
        ', ',
      )
    : messageOf(new Error(reason));
  return { name: `engine ${engine}`, required: engine === 'graph', usable, found, ...(remedy && { remedy }) };
}
