import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { writeReport } from './report/write-report.js';
import type { EvaluateStreams } from './streams.js';

/** `vosvfi evaluate report RESULT.json`: the tables and the page of an evaluation, made anew from its result. */
export function reportCommand({ out }: EvaluateStreams) {
  return new Command('report')
    .description("Write an evaluation's report anew: results.csv, summary.csv, summary.tex, report.md and report.html.")
    .argument('<result>', 'results.json of an evaluation, or its folder; its pictures lie beside it')
    .option('-o, --output <folder>', 'where the files go (default: beside the result)')
    .action(async (given, { output }) => {
      const isFolder = await stat(given).then(
        (facts) => facts.isDirectory(),
        () => false,
      );
      const result = isFolder ? join(given, 'results.json') : given;
      for (const file of await writeReport(result, output ?? dirname(result))) out.write(`${resolve(file)}\n`);
    });
}
