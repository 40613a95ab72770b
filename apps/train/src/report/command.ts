import { join, resolve } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { reportFileOf, writeRunReport } from './run-report.js';

/** `vosvfi train report RUN_DIR...`: the page about a run, made anew, or one page that compares several runs. */
export function reportCommand() {
  return new Command('report')
    .description('Write an HTML page about a run, or one that compares several.')
    .argument('<run-dir...>', 'run folders')
    .option(
      '-o, --output <file>',
      'where it goes (default: report.html in the run folder; of several: comparison.html here)',
    )
    .action(async (runFolders, { output }) => {
      const [first] = runFolders;
      const file =
        output ?? (runFolders.length === 1 && first !== undefined ? reportFileOf(first) : join('comparison.html'));
      await writeRunReport(runFolders, file);
      process.stdout.write(`${resolve(file)}\n`);
    });
}
