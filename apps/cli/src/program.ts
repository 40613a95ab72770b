import { readFile } from 'node:fs/promises';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { doctorCommand } from './doctor/command.js';
import { modelsCommand } from './models-command.js';

/** A command whose code is loaded only when it is asked for. */
interface LazyCommand {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandUnknownOpts>;
}

const lazyCommands: readonly LazyCommand[] = [
  {
    name: 'train',
    summary: 'train a network by a recipe',
    load: async () => (await import('@vosvfi/train-cli')).trainCommand(),
  },
  {
    name: 'evaluate',
    summary: 'measure interpolation on a data set, by a benchmark protocol',
    load: async () => (await import('@vosvfi/evaluate')).evaluateCommand(),
  },
  {
    name: 'interpolate',
    summary: 'make in-between frames of two pictures or a whole video',
    load: async () => (await import('@vosvfi/interpolate')).interpolateCommand(),
  },
  {
    name: 'segment',
    summary: 'follow objects through a video, from a mask of one frame',
    load: async () => (await import('@vosvfi/segment-cli')).segmentCommand(),
  },
  {
    name: 'data',
    summary: 'make triplets of your own videos, check data sets',
    load: async () => (await import('@vosvfi/data-cli')).dataCommand(),
  },
  {
    name: 'masks',
    summary: 'make object masks for training triplets',
    load: async () => (await import('@vosvfi/masks-cli')).masksCommand(),
  },
  {
    name: 'demo',
    summary: 'train with and without masks, compare, interpolate a clip and write a report',
    load: async () => (await import('./demo/command.js')).demoCommand(),
  },
];

async function readVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** The command that `args` name: the first that is no flag, or what stands after `help`. */
function namedCommand(args: readonly string[]): string | undefined {
  const [first, second] = args.filter((argument) => !argument.startsWith('-'));
  return first === 'help' ? second : first;
}

/** Wrong use ends in an exception, in every command below. */
function throwInsteadOfExit(command: CommandUnknownOpts): void {
  command.exitOverride().showSuggestionAfterError();
  for (const child of command.commands) throwInsteadOfExit(child);
}

/** Stands for a command in the help text of the program. */
function placeholder({ name, summary }: LazyCommand): CommandUnknownOpts {
  return new Command(name).description(summary);
}

/** The `vosvfi` program with the command that `args` name; of the others it knows only name and summary. */
export async function createProgram(args: readonly string[]): Promise<CommandUnknownOpts> {
  const program = new Command('vosvfi')
    .description('Video frame interpolation, trained with video-object-segmentation-aware losses.')
    .version(await readVersion())
    .option('--debug', 'show where an error comes from')
    // What stands behind the name of a command belongs to it and to the commands below it.
    .enablePositionalOptions();
  const wanted = namedCommand(args);
  for (const lazy of lazyCommands) {
    program.addCommand(lazy.name === wanted ? await lazy.load() : placeholder(lazy));
  }
  program.addCommand(modelsCommand());
  program.addCommand(doctorCommand());
  throwInsteadOfExit(program);
  return program;
}
