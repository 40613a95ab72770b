import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { ConfigError } from '@vosvfi/core';
import { describeEngine } from '@vosvfi/runtime';
import { loadRecipe } from './recipe/load.js';
import { createJsonReporter, createTextReporter } from './reporter.js';
import { runTraining } from './session.js';

/**
 * `vosvfi train RECIPE`: trains a network and leaves a run folder.
 * Interrupting (Ctrl-C) finishes the running step, saves and sets exit code 130; a second time ends at once.
 * Errors are thrown as they are; the program that mounts the command turns them into text and exit code.
 */
export function trainCommand() {
  return new Command('train')
    .description('Train a network by a recipe. The run folder can be resumed at any time.')
    .argument('[recipe]', 'a YAML file, or the name of a recipe that comes with VOSVFI')
    .option('--study <file>', 'instead of a recipe: run a study, variants of a recipe with several seeds each')
    .option('--set <key.path=value>', 'change a value of the recipe (repeatable)', collect, [] as string[])
    .option('--run-dir <folder>', 'where checkpoints and metrics go (default: runs/<name>)')
    .option('--resume', 'continue the run in that folder; a study always goes on', false)
    .option('--json', 'write events as JSON lines to stdout', false)
    .action(async (recipeName, options) => {
      const reporter = options.json
        ? createJsonReporter(process.stdout)
        : createTextReporter(process.stdout, process.stderr);
      const interruption = new AbortController();
      const onSignal = (): void => {
        reporter.note('Interrupted: finishing the step and saving. Interrupt again to end at once.');
        interruption.abort();
      };
      process.once('SIGINT', onSignal);
      process.once('SIGTERM', onSignal);
      try {
        if (options.study !== undefined) {
          checkStudyArguments(recipeName, options.set);
          const { runStudyCommand } = await import('./study/command.js');
          await runStudyCommand({
            file: options.study,
            folder: options.runDir,
            signal: interruption.signal,
            reporter,
            out: options.json ? 'json' : 'text',
          });
          return;
        }
        if (recipeName === undefined) throw new ConfigError('recipe', 'expected a recipe, or --study with a file.');
        const { name, recipe } = await loadRecipe(recipeName, options.set);
        reporter.engine(await describeEngine(recipe.engine));
        const runFolder = options.runDir ?? join('runs', name);
        const summary = await runTraining(recipe, {
          runFolder,
          resume: options.resume,
          signal: interruption.signal,
          onEvent: (event) => reporter.event(event),
          onWarning: (message) => reporter.warn(message),
        });
        reporter.summary({ ...summary, runFolder });
        if (summary.status === 'interrupted') process.exitCode = 130;
      } finally {
        process.removeListener('SIGINT', onSignal);
        process.removeListener('SIGTERM', onSignal);
      }
    });
}

function checkStudyArguments(recipe: string | undefined, changes: readonly string[]): void {
  if (recipe !== undefined) throw new ConfigError('--study', `cannot be combined with a recipe ("${recipe}").`);
  if (changes.length > 0) throw new ConfigError('--study', 'cannot be combined with --set: change the study file.');
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}
