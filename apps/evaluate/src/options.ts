import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { ConfigError, MediaError } from '@vosvfi/core';
import { engineIds } from '@vosvfi/runtime/engine';
import { flowIds } from './flow.js';
import { segmenterIds } from './segmenter.js';

const ssimVariants = [
  ...['skimage-gaussian', 'skimage-default', 'vosvfi-released', 'matlab-rgb', 'matlab-y', 'matlab-gray'],
  ...['ifrnet-2d', 'ifrnet-3d'],
] as const;

/** Adds the options of an evaluation to a command. */
export function evaluationCommand(name: string) {
  return new Command(name)
    .option('--data <folder>', "the data set's folder")
    .option(
      '--model <models...>',
      'blend, repeat, minterpolate, a network (NETWORK@0.5: at that scale), an ONNX file, a folder of frames; NAME=MODEL names it',
    )
    .option('--weights <files...>', "a network's weights (--model or --flow), ID=FILE or, for the only network, FILE")
    .addOption(new Option('--engine <id>', 'where networks run').choices(engineIds).default('graph' as const))
    .option('--threads <n>', 'threads of the graph engine (default: all cores)', positiveInteger)
    .option('--metrics <names...>', "measure these (default: the protocol's; `vosvfi evaluate list --metrics`)")
    .option('--parameters <folder>', 'parameter files of learned metrics, NIQE and others')
    .addOption(new Option('--flow <method>', 'optical flow for metrics that need it').choices(flowIds))
    .option('--flow-iterations <n>', "refinements of a flow network (default: its official tests')", positiveInteger)
    .addOption(new Option('--ssim <variant>', "another SSIM in place of the protocol's").choices(ssimVariants))
    .addOption(new Option('--segmenter <id>', 'measure J and F of this network').choices(segmenterIds))
    .option('--segmenter-weights <file>', "the segmenter's weights (default: those of stcn_tiny that come along)")
    .addOption(
      new Option(
        '--objects <how>',
        'J and F of every object, or of all as one (default: as the protocol says)',
      ).choices(['separate', 'merged'] as const),
    )
    .option('--sequences <names...>', 'take these sequences only')
    .option('--list <file>', 'take the sequences named in this file, one a line')
    .option('--limit <n>', 'take the first n frames of each sequence', positiveInteger)
    .option('--limit-sequences <n>', 'take the first n sequences', positiveInteger)
    .option('--masks <folder>', 'masks for a --data that is a folder of frames, or of folders of frames')
    .option('--cache <folder>', 'keep measurements here (default, with --output: cache in it)')
    .option('--workers <n>', 'threads that measure (default: all cores but one, at most 4)', wholeNumber)
    .option('--seed <n>', 'of the intervals', wholeNumber)
    .option('-o, --output <folder>', 'write results.json, the report and pictures here')
    .option('--json', 'print the result as JSON instead of a table', false);
}

/** Options as they were given. */
export type EvaluationFlags = ReturnType<ReturnType<typeof evaluationCommand>['opts']>;

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Expected a whole number from 1 on.');
  return value;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('Expected a whole number from 0 on.');
  return value;
}

/** Names given one by one and in a file; undefined if neither is. @throws ConfigError for both; MediaError for the file. */
export async function sequenceNames({
  sequences,
  list,
}: Pick<EvaluationFlags, 'sequences' | 'list'>): Promise<readonly string[] | undefined> {
  if (list === undefined) return sequences;
  if (sequences !== undefined) throw new ConfigError('--list', 'cannot be combined with --sequences.');
  const text = await readFile(list, 'utf8').catch((cause: unknown) => {
    throw new MediaError(list, 'no such file, or it cannot be read.', { cause });
  });
  const found = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (found.length === 0) throw new MediaError(list, 'names no sequence.');
  return found;
}
