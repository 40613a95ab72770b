import { parseArgs } from 'node:util';

/** What a worker is told: the file of weights and inputs, the number of threads, and flags of its own (`names`). */
export function workerArguments<Name extends string = never>(
  ...names: readonly Name[]
): { tensors: string; threads: number; options: Readonly<Record<Name, string>> } {
  const all = ['tensors', 'threads', ...names];
  const { values } = parseArgs({ options: Object.fromEntries(all.map((name) => [name, { type: 'string' as const }])) });
  const missing = all.filter((name) => values[name] === undefined);
  if (missing.length > 0) throw new Error(`Missing: ${missing.map((name) => `--${name}`).join(', ')}.`);
  const given = values as Record<string, string>;
  return { tensors: given.tensors as string, threads: Number(given.threads), options: given as Record<Name, string> };
}
