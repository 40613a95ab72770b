import type { EngineFact } from '@vosvfi/runtime';
import { type Check, messageOf } from './check.js';

/** What was found out about engines. */
export interface EngineChecks {
  readonly facts: readonly EngineFact[];
  readonly checks: readonly Check[];
}

/** Whether each engine works here, and how fast. Only `graph` is required. */
export async function checkEngines({ speed }: { readonly speed: boolean }): Promise<EngineChecks> {
  try {
    const { engineFacts } = await import('@vosvfi/runtime');
    const facts = await engineFacts({ speed });
    return { facts, checks: facts.map(checkOf) };
  } catch (error) {
    // Without its native library the package cannot even be loaded.
    const remedy = 'Training and inference run on it. Run: npm install onnxruntime-node';
    const check = { name: 'engine graph', required: true, usable: false, found: messageOf(error), remedy };
    return { facts: [], checks: [check] };
  }
}

/** One engine as a line of the table. */
function checkOf(fact: EngineFact): Check {
  const { engine, usable, reason, remedy } = fact;
  const found = usable ? foundOf(fact) : messageOf(new Error(reason));
  return { name: `engine ${engine}`, required: engine === 'graph', usable, found, ...(remedy && { remedy }) };
}

function foundOf({ description, speed, remarks }: EngineFact): string {
  const { library, version, device, threads } = description ?? {};
  const parts = [`${library} ${version}`, device, ...(threads === undefined ? [] : [`threads ${threads}`])];
  const measured = speed ? [`${formatSpeed(speed.gigaflops)} GFLOP/s (${speed.milliseconds.toFixed(1)} ms)`] : [];
  return [[...parts, ...measured].join(', '), ...remarks].join('; ');
}

function formatSpeed(gigaflops: number): string {
  return gigaflops < 10 ? gigaflops.toFixed(1) : gigaflops.toFixed(0);
}
