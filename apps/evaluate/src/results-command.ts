import { basename, join, resolve } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { ConfigError, writeFileAtomically } from '@vosvfi/core';
import { evaluateResults, findResultProtocol, metricsJson, protocols, type ResultFolder } from '@vosvfi/eval';
import { requireWritable } from './output-folder.js';
import { writeReport } from './report/write-report.js';
import { formatResult } from './result-table.js';
import { runFacts } from './run-facts.js';
import type { EvaluateStreams } from './streams.js';

/** `vosvfi evaluate results PROTOCOL`: judges boxes, poses, masks and completed frames that other programs wrote. */
export function resultsCommand({ out }: EvaluateStreams) {
  return new Command('results')
    .description('Judge what programs wrote to files: tracked boxes, poses, masks, completed videos.')
    .argument('<protocol>', 'one of `vosvfi evaluate list`')
    .requiredOption('--data <folder>', "the data set's folder, with its annotations")
    .requiredOption('--results <folders...>', 'folders of results; NAME=FOLDER names whose they are')
    .option('-o, --output <folder>', 'write results.json and the report here')
    .option('--json', 'print the result as JSON instead of a table', false)
    .action(async (id, { data, results, output, json }) => {
      if (protocols.some((protocol) => protocol.id === id)) {
        throw new ConfigError('protocol', `"${id}" judges frames, not results in files.`, {
          hint: `Run vosvfi evaluate ${id} --data FOLDER --model FOLDER.`,
        });
      }
      if (output !== undefined) await requireWritable(output);
      const found = await evaluateResults(findResultProtocol(id), data, results.map(namedFolder));
      const environment = await runFacts(['vosvfi', 'evaluate', 'results', id], { data, results });
      const result = { ...found, environment: { ...found.environment, ...environment } };
      if (output !== undefined) {
        const file = join(output, 'results.json');
        await writeFileAtomically(file, `${metricsJson(result, 2)}\n`);
        await writeReport(file, output);
      }
      out.write(json ? `${metricsJson(result)}\n` : formatResult(result));
    });
}

/** `NAME=FOLDER`, or a folder that is called as it is. */
function namedFolder(text: string): ResultFolder {
  const [, id, folder] = /^([^=/\\]+)=(.+)$/.exec(text) ?? [];
  return id === undefined || folder === undefined ? { id: basename(resolve(text)), folder: text } : { id, folder };
}
