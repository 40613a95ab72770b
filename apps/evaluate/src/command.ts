import { metricsJson } from '@vosvfi/eval';
import { interruptible } from '@vosvfi/terminal';
import { checkCommand } from './check-command.js';
import { listCommand } from './list-command.js';
import { evaluationCommand } from './options.js';
import { createProgressLine } from './progress-line.js';
import { reportCommand } from './report-command.js';
import { formatResult } from './result-table.js';
import { resultsCommand } from './results-command.js';
import { runEvaluation } from './run-evaluation.js';
import type { EvaluateStreams } from './streams.js';
import { studyCommand } from './study-command.js';

export type { EvaluateStreams } from './streams.js';

/**
 * `vosvfi evaluate PROTOCOL`: measures interpolation on a data set.
 * Errors are thrown as they are; the program that mounts the command turns them into text and exit code.
 */
export function evaluateCommand(streams: EvaluateStreams = { out: process.stdout, err: process.stderr }) {
  return (
    evaluationCommand('evaluate')
      // Options after `list`, `check` and others are theirs, though some have the same names.
      .enablePositionalOptions()
      .description('Measure interpolation on a data set, by a benchmark protocol.')
      .argument('<protocol>', 'one of `vosvfi evaluate list`; x2 takes any frames')
      .action(async (protocol, flags) => {
        const { out, err } = streams;
        await interruptible(async (signal) => {
          const progress = createProgressLine(err);
          try {
            const { result, failed } = await runEvaluation(protocol, flags, { err, onProgress: progress.show, signal });
            progress.end();
            out.write(flags.json ? `${metricsJson(result)}\n` : formatResult(result));
            if (failed.size > 0) process.exitCode = 1;
          } finally {
            progress.end();
          }
        });
      })
      .addCommand(listCommand(streams))
      .addCommand(checkCommand(streams))
      .addCommand(resultsCommand(streams))
      .addCommand(reportCommand(streams))
      .addCommand(studyCommand(streams))
  );
}
