import { Command } from '@commander-js/extra-typings';
import { checkCommand } from './check-command.js';
import { prepareCommand } from './prepare-command.js';

/**
 * `vosvfi data prepare` and `vosvfi data check`. Results are told on stdout, progress on stderr. Errors are thrown as they
 * are; the program that mounts the command turns them into text and exit code.
 */
export function dataCommand() {
  return new Command('data')
    .description('Make training triplets of your own videos, and check data sets.')
    .addCommand(prepareCommand())
    .addCommand(checkCommand());
}
