import { resolve } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { ConfigError } from '@vosvfi/core';
import { type CheckReport, checkTriplets, writeCleanLists } from '@vosvfi/data/check';
import { createProgressBar, interruptible } from '@vosvfi/terminal';
import { parseWhole } from './arguments.js';
import { formatCheckReport } from './check-text.js';

async function writeLists(folder: string, report: CheckReport): Promise<void> {
  for (const file of await writeCleanLists(folder, report)) process.stderr.write(`Wrote ${file}\n`);
}

/** `vosvfi data check DIR`. Exit code 1: there are errors. */
export function checkCommand() {
  return new Command('check')
    .description(
      'Find what is broken, repeated or doubtful in a data set in the Vimeo-90K layout. Changes nothing in it.',
    )
    .argument('<folder>', 'data set')
    .option('--fix-lists <folder>', 'write tri_trainlist.txt and tri_testlist.txt without the broken triplets here')
    .option('--limit <n>', 'findings of a kind that are shown; 0 for all', parseWhole, 10)
    .option('--json', 'write the report as JSON to stdout, with all findings', false)
    .action(async (folder, options) => {
      const { fixLists, limit, json } = options;
      if (fixLists !== undefined && resolve(fixLists) === resolve(folder)) {
        throw new ConfigError(
          '--fix-lists',
          'is the data set itself, whose lists are not changed; name another folder.',
        );
      }
      const bar = createProgressBar(process.stderr);
      const report = await interruptible((signal) =>
        checkTriplets(folder, {
          signal,
          onProgress: (event) => {
            if (event.type === 'progress') bar.show('Checking', 'triplets', event.done, event.total ?? event.done);
          },
        }),
      ).finally(bar.stop);
      if (report === undefined) {
        process.stderr.write('Interrupted.\n');
        return;
      }
      if (fixLists !== undefined) await writeLists(fixLists, report);
      process.exitCode = report.errors > 0 ? 1 : 0;
      process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : formatCheckReport(report, limit));
    });
}
