import { Command } from '@commander-js/extra-typings';
import { ConfigError } from '@vosvfi/core';
import { checkLayout, checkResultData, describeLayout, findProtocol, resultProtocols } from '@vosvfi/eval';
import type { EvaluateStreams } from './streams.js';

/** `vosvfi evaluate check PROTOCOL`: what a data set's folder lacks; exit code 1 if it lacks anything. */
export function checkCommand({ out }: EvaluateStreams) {
  return new Command('check')
    .description('Tell whether a folder is laid out as a protocol needs it, and what is missing.')
    .argument('<protocol>', 'one of `vosvfi evaluate list`')
    .option('--data <folder>', "the data set's folder")
    .option('--json', 'print JSON', false)
    .action(async (id, { data, json }) => {
      const report = await checkData(id, data);
      out.write(`${json ? JSON.stringify(report) : describeLayout(report)}\n`);
      if (report.problems.length > 0) process.exitCode = 1;
    });
}

async function checkData(id: string, data: string | undefined) {
  const protocol = resultProtocols.find((candidate) => candidate.id === id);
  if (protocol === undefined) return checkLayout(findProtocol(id), data);
  if (data === undefined) throw new ConfigError('--data', 'this protocol needs the folder of its data set.');
  return checkResultData(protocol, data);
}
