import { Argument, Command, CommanderError, Option } from '@commander-js/extra-typings';
import { ConfigError, VosvfiError } from '@vosvfi/core';
import { engineIds } from '@vosvfi/runtime/engine';
import { checkFolder } from './check-folder.js';
import type { Line } from './compare.js';

function format({ name, ok, error, noise, note }: Line, width: number): string {
  const number = (value: number | undefined) => (value === undefined ? '-' : value.toExponential(2)).padStart(9);
  return `${name.padEnd(width)} ${number(error)} ${number(noise)}  ${ok === undefined ? '-   ' : ok ? 'ok  ' : 'FAIL'} ${note ?? ''}`.trimEnd();
}

function print(lines: readonly Line[]): void {
  const width = Math.max(...lines.map(({ name }) => name.length));
  console.log(`${''.padEnd(width)}     error     noise`);
  for (const line of lines) console.log(format(line, width));
}

const program = new Command('oracle')
  .description(
    'Compares a folder of stored reference results with this implementation. The folder name says what to run. ' +
      'Fails if a relative L2 error is over 1e-4 and over ten times the stored float32 noise.',
  )
  .addArgument(new Argument('<dirs...>', 'folders of stored results'))
  .addOption(new Option('--engine <id>', 'where to run').choices(engineIds).default('graph' as const))
  .option('--part <name>', 'compare only this part of the folders; what was left out is listed')
  .exitOverride()
  .action(async (dirs, { engine, part }) => {
    let failed = 0;
    let total = 0;
    for (const dir of dirs) {
      const lines = await checkFolder(dir, engine, part);
      print(lines);
      failed += lines.filter(({ ok }) => ok === false).length;
      total += lines.filter(({ ok }) => ok !== undefined).length;
    }
    console.log(failed === 0 ? `${total} of ${total} ok` : `${failed} of ${total} FAILED`);
    if (failed > 0) process.exitCode = 1;
  });

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (VosvfiError.isInstance(error)) {
    console.error(error.message);
    process.exitCode = error instanceof ConfigError ? 2 : 1;
  } else {
    console.error(error);
    process.exitCode = 1;
  }
}
