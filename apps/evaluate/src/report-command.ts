import { dirname, resolve } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { writeReport } from './report/write-report.js';
import type { EvaluateStreams } from './streams.js';

/** `vosvfi evaluate report RESULT.json`: the tables and the page of an evaluation, made anew from its result. */
export function reportCommand({ out }: EvaluateStreams) {
  return (
    new Command('report')
      .description("Write an evaluation's report anew: results.csv, summary.csv, report.md and report.html.")
      .argument('<result>', 'results.json of an evaluation; its pictures lie beside it')
      .option('-o, --output <folder>', 'where the files go (default: beside the result)')
      // The command above has an option of the same name and takes its value.
      .action(async (result, _own, command) => {
        const { output = dirname(result) } = command.optsWithGlobals();
        for (const file of await writeReport(result, output)) out.write(`${resolve(file)}\n`);
      })
  );
}
