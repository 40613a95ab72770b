import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from '@commander-js/extra-typings';
import { ConfigError, VosvfiError, writeFileAtomically } from '@vosvfi/core';
import { runContest } from './contest.js';
import { officialCode, type Row } from './row.js';
import { rows } from './rows.js';
import { markdownTable, type RowResult, rowResult } from './table.js';

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Expected a whole number from 1 on.');
  return value;
}

/** Rows whose names start with one of the words; all rows without words. */
function chooseRows(words: readonly string[]): Row[] {
  for (const word of words) {
    if (!rows.some(({ id }) => id.startsWith(word))) {
      throw new ConfigError('row', `there is no row "${word}".`, {
        hint: `Known: ${rows.map(({ id }) => id).join(', ')}.`,
      });
    }
  }
  return rows.filter(({ id }) => words.length === 0 || words.some((word) => id.startsWith(word)));
}

/** Where the official code of a row is; empty if it needs none. */
function officialCheckout({ id, needsOfficial }: Row, folder: string | undefined): string {
  if (needsOfficial === undefined) return '';
  const checkout = folder === undefined ? undefined : resolve(folder, needsOfficial);
  if (checkout !== undefined && existsSync(checkout)) return checkout;
  throw new ConfigError('--official', `the row "${id}" needs a checkout of the official code.`, {
    hint: `cd ${folder ?? 'FOLDER'} && git clone ${officialCode[needsOfficial]}`,
  });
}

const program = new Command('bench')
  .description('Speed and memory against the official PyTorch code, taking turns in one run.')
  .argument('[rows...]', 'rows to run, or the start of their names')
  .option(
    '--official <folder>',
    'folder with checkouts of the official code (IFRNet, ECCV2022-RIFE, STCN, AdaCoF-pytorch)',
  )
  .option('--python <program>', 'Python 3 with PyTorch and NumPy', 'python3')
  .option('--threads <n>', 'threads of each competitor', positiveInteger, 2)
  .option('--rounds <n>', 'how often the competitors take turns', positiveInteger, 7)
  .option('--iterations <n>', 'runs in a turn', positiveInteger, 3)
  .option('-o, --output <file>', 'write all times here, as JSON')
  .exitOverride()
  .action(async (words, { official, python, threads, rounds, iterations, output }) => {
    const folder = await mkdtemp(join(tmpdir(), 'vosvfi-bench-'));
    const results: RowResult[] = [];
    try {
      for (const row of chooseRows(words)) {
        const checkout = officialCheckout(row, official);
        console.error(`${row.title} ..`);
        const competitors = await row.prepare({ folder, threads, python, official: checkout });
        results.push(rowResult(row, await runContest({ ...competitors, rounds, iterations })));
      }
    } finally {
      await rm(folder, { recursive: true });
    }
    console.log(markdownTable(results));
    if (output === undefined) return;
    const machine = { processor: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };
    const settings = { threads, rounds, iterations };
    await writeFileAtomically(output, `${JSON.stringify({ machine, settings, rows: results }, null, 2)}\n`);
  });

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (VosvfiError.isInstance(error)) {
    console.error(error.message);
    process.exitCode = error instanceof ConfigError ? 2 : 1;
  } else throw error;
}
