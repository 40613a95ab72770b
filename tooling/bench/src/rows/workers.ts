import { fileURLToPath } from 'node:url';
import type { CompetitorCommand } from '../competitor.js';
import type { RowContext } from '../row.js';

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

/** One of our workers (a file of `workers/`), reading the tensors of an exchange file. */
export function ourWorker(
  worker: string,
  tensors: string,
  { threads }: RowContext,
  { name = 'VOSVFI', flags = [] }: { readonly name?: string; readonly flags?: readonly string[] } = {},
): CompetitorCommand {
  // This program's own flags say how source files are found and read.
  const args = [here(`../workers/${worker}.ts`), ...flags, '--tensors', tensors, '--threads', String(threads)];
  return { name, program: process.execPath, args: [...process.execArgv, ...args] };
}

/** One of the peers (a file of `peers/`), with its own flags first. */
export function peerWorker(
  peer: string,
  flags: readonly string[],
  tensors: string,
  { official, threads, python }: RowContext,
): CompetitorCommand {
  const checkout = official === '' ? [] : ['--official', official];
  const args = [here(`../../peers/${peer}.py`), ...flags, ...checkout];
  return { name: 'PyTorch', program: python, args: [...args, '--tensors', tensors, '--threads', String(threads)] };
}
