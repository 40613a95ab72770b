import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { describeEngine } from '@vosvfi/runtime';
import { createTrainControl } from '@vosvfi/train';
import { canShowLive, createLiveReporter, type LiveOptions } from './live/live-reporter.js';
import { loadRecipe } from './recipe/load.js';
import { reportCommand } from './report/command.js';
import { createJsonReporter, createTextReporter, type Reporter } from './reporter.js';
import { runTraining } from './session.js';

/**
 * `vosvfi train RECIPE`: trains a network and leaves a run folder.
 * Interrupting (Ctrl-C) finishes the running step, saves and sets exit code 130; a second time ends at once.
 * Errors are thrown as they are; the program that mounts the command turns them into text and exit code.
 */
export function trainCommand() {
  return new Command('train')
    .description('Train a network by a recipe. The run folder can be resumed at any time.')
    .argument('<recipe>', 'a YAML file, or the name of a recipe that comes with VOSVFI')
    .option('--set <key.path=value>', 'change a value of the recipe (repeatable)', collect, [] as string[])
    .option('--run-dir <folder>', 'where checkpoints and metrics go (default: runs/<recipe name>)')
    .option('--resume', 'continue the run in that folder', false)
    .option('--json', 'write events as JSON lines to stdout', false)
    .action(async (recipeName, options) => {
      const { name, recipe } = await loadRecipe(recipeName, options.set);
      const engine = await describeEngine(recipe.engine);
      const runFolder = options.runDir ?? join('runs', name);
      const interruption = new AbortController();
      const control = createTrainControl();
      const quit = (): void => interruption.abort();
      const reporter = openReporter(options.json, { runFolder, batchSize: recipe.batchSize, control, quit });
      reporter.engine(engine);
      const onSignal = (): void => {
        reporter.note('Interrupted: finishing the step and saving. Interrupt again to end at once.');
        interruption.abort();
      };
      process.once('SIGINT', onSignal);
      process.once('SIGTERM', onSignal);
      try {
        const summary = await runTraining(recipe, {
          runFolder,
          resume: options.resume,
          signal: interruption.signal,
          control,
          onEvent: (event) => reporter.event(event),
          onWarning: (message) => reporter.warn(message),
        });
        reporter.close();
        reporter.summary({ ...summary, runFolder });
        if (summary.status === 'interrupted') process.exitCode = 130;
      } finally {
        reporter.close();
        process.removeListener('SIGINT', onSignal);
        process.removeListener('SIGTERM', onSignal);
      }
    })
    .addCommand(reportCommand());
}

function openReporter(
  isJson: boolean,
  run: Pick<LiveOptions, 'runFolder' | 'batchSize' | 'control' | 'quit'>,
): Reporter {
  const { stdout: out, stderr: err, stdin, env } = process;
  if (isJson) return createJsonReporter(out);
  return canShowLive(err, env) ? createLiveReporter({ out, err, stdin, ...run }) : createTextReporter(out, err);
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}
