import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { ConfigError } from '@vosvfi/core';
import { describeEngine } from '@vosvfi/runtime';
import { createTrainControl } from '@vosvfi/train';
import { canShowLive, createLiveReporter, type LiveOptions } from './live/live-reporter.js';
import { loadRecipe } from './recipe/load.js';
import { reportCommand } from './report/command.js';
import { createJsonReporter, createTextReporter, type Reporter } from './reporter.js';
import { runTraining } from './session.js';

/**
 * `vosvfi train RECIPE`: trains a network and leaves a run folder; `vosvfi train --study FILE`: runs a study.
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
    .action(async (recipeName, { study, set, ...options }) => {
      if (study !== undefined) {
        checkStudyArguments(recipeName, set);
        await runStudyFile(study, options);
      } else if (recipeName === undefined) {
        throw new ConfigError('recipe', 'expected a recipe, or --study with a file.');
      } else await runRecipe(recipeName, set, options);
    })
    .addCommand(reportCommand());
}

/** Flags that recipes and studies share. */
interface TrainFlags {
  readonly runDir?: string | undefined;
  readonly resume: boolean;
  readonly json: boolean;
}

async function runRecipe(recipeName: string, changes: readonly string[], flags: TrainFlags): Promise<void> {
  const { name, recipe } = await loadRecipe(recipeName, changes);
  const engine = await describeEngine(recipe.engine);
  const runFolder = flags.runDir ?? join('runs', name);
  const interruption = new AbortController();
  const control = createTrainControl();
  const quit = (): void => interruption.abort();
  const reporter = openReporter(flags.json, { runFolder, batchSize: recipe.batchSize, control, quit });
  reporter.engine(engine);
  await untilInterrupted(reporter, interruption, async (signal) => {
    const summary = await runTraining(recipe, {
      runFolder,
      resume: flags.resume,
      signal,
      control,
      onEvent: (event) => reporter.event(event),
      onWarning: (message) => reporter.warn(message),
    });
    reporter.close();
    reporter.summary({ ...summary, runFolder });
    if (summary.status === 'interrupted') process.exitCode = 130;
  });
}

async function runStudyFile(file: string, { runDir, json }: TrainFlags): Promise<void> {
  const reporter = plainReporter(json);
  await untilInterrupted(reporter, new AbortController(), async (signal) => {
    const { runStudyCommand } = await import('./study/command.js');
    await runStudyCommand({ file, folder: runDir, signal, reporter, out: json ? 'json' : 'text' });
  });
}

/** Runs `action`, whose signal the first SIGINT or SIGTERM aborts; a second ends the process. */
async function untilInterrupted(
  reporter: Reporter,
  interruption: AbortController,
  action: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const onSignal = (): void => {
    reporter.note('Interrupted: finishing the step and saving. Interrupt again to end at once.');
    interruption.abort();
  };
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    await action(interruption.signal);
  } finally {
    reporter.close();
    process.removeListener('SIGINT', onSignal);
    process.removeListener('SIGTERM', onSignal);
  }
}

function openReporter(
  isJson: boolean,
  run: Pick<LiveOptions, 'runFolder' | 'batchSize' | 'control' | 'quit'>,
): Reporter {
  const { stdout: out, stderr: err, stdin, env } = process;
  return isJson || !canShowLive(err, env) ? plainReporter(isJson) : createLiveReporter({ out, err, stdin, ...run });
}

function plainReporter(isJson: boolean): Reporter {
  return isJson ? createJsonReporter(process.stdout) : createTextReporter(process.stdout, process.stderr);
}

function checkStudyArguments(recipe: string | undefined, changes: readonly string[]): void {
  if (recipe !== undefined) throw new ConfigError('--study', `cannot be combined with a recipe ("${recipe}").`);
  if (changes.length > 0) throw new ConfigError('--study', 'cannot be combined with --set: change the study file.');
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}
