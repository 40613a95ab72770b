import { Command } from '@commander-js/extra-typings';
import { reportCommand } from './report-command.js';
import type { EvaluateStreams } from './streams.js';
import { studyCommand } from './study-command.js';
import { x2Command } from './x2-command.js';

export type { EvaluateStreams } from './streams.js';

/**
 * `vosvfi evaluate PROTOCOL`: measures interpolation on a data set.
 * Errors are thrown as they are; the program that mounts the command turns them into text and exit code.
 */
export function evaluateCommand(streams: EvaluateStreams = { out: process.stdout, err: process.stderr }) {
  return new Command('evaluate')
    .description('Measure interpolation on a data set, by a benchmark protocol.')
    .addCommand(x2Command(streams))
    .addCommand(reportCommand(streams))
    .addCommand(studyCommand(streams));
}
