import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import type { EvaluationItem, EvaluationResult } from '@vosvfi/eval';

/** Values of options, by the names that they have in the program. */
export type FlagValues = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** Options that change what is written or how fast, but no number. */
const neutral: readonly string[] = ['output', 'cache', 'workers', 'json'];

/**
 * What a result was made with: program, machine, and the command that makes it again.
 * @param words the command as it is called, without options.
 */
export async function runFacts(words: readonly string[], flags: FlagValues): Promise<EvaluationResult['environment']> {
  return {
    command: commandLine(words, flags),
    vosvfi: await packageVersion(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model ?? null,
  };
}

/** A command as it is typed into a POSIX shell, without options that no number depends on. */
export function commandLine(words: readonly string[], flags: FlagValues): string {
  const options = Object.entries(flags).flatMap(([name, value]) => {
    if (value === undefined || value === false || neutral.includes(name)) return [];
    const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return value === true ? [option] : [option, ...[value].flat().map(String)];
  });
  return [...words, ...options].map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** SHA-256 over the names and contents of items, so that two results tell whether they rest on the same data. */
export async function dataDigest(items: readonly EvaluationItem[]): Promise<string> {
  const hash = createHash('sha256');
  for (const item of items) hash.update(`${JSON.stringify(item.id)} ${await item.digest()}\n`);
  return hash.digest('hex');
}

/** This file stays at the root of `src`, so that the path also holds in `dist`. */
async function packageVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
