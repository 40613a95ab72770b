import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Command, Option } from '@commander-js/extra-typings';
import { ConfigError } from '@vosvfi/core';
import {
  type PrepareEvent,
  type PrepareReport,
  type PrepareSettingsInput,
  parsePrepareSettings,
  prepareTriplets,
} from '@vosvfi/data/prepare';
import { createProgressBar, interruptible } from '@vosvfi/terminal';
import { parseNumber, parseNumbers, parseSize, parseWhole } from './arguments.js';
import { formatPrepareReport } from './prepare-text.js';

const defaults = parsePrepareSettings({});

/** Some sources could not be used; the data set holds the triplets of the others. */
const PARTIAL = 3;

function exitCodeOf({ sources, train, test }: PrepareReport): number {
  if (train + test === 0) return 1;
  return sources.some(({ failure }) => failure !== undefined) ? PARTIAL : 0;
}

async function toolName(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return `vosvfi data prepare ${(JSON.parse(text) as { version: string }).version}`;
}

/** Shows events to a person, or as JSON lines to a program. */
function createListener(json: boolean) {
  const write = (record: object) => process.stdout.write(`${JSON.stringify(record)}\n`);
  if (json) return { onEvent: write, stop: () => {} };
  const bar = createProgressBar(process.stderr);
  const onEvent = (event: PrepareEvent) => {
    if (event.type === 'warning') bar.line(`Warning: ${event.message}`);
    else if (event.type === 'source') bar.line(event.failure ?? `${event.path}: ${event.candidates} good triplets`);
    else {
      const isReading = event.stage === 'analyse';
      bar.show(
        isReading ? 'Looking' : 'Writing',
        isReading ? 'frames' : 'triplets',
        event.done,
        event.total ?? event.done,
      );
    }
  };
  return { onEvent, stop: bar.stop };
}

/** `vosvfi data prepare VIDEO... -o DIR`. Exit code 3: some sources could not be used. */
export function prepareCommand() {
  return new Command('prepare')
    .description('Make a data set of triplets in the Vimeo-90K layout of videos.')
    .argument('<inputs...>', 'videos, folders of videos or of pictures, patterns')
    .requiredOption('-o, --output <folder>', 'data set to make, or to go on with after an interruption')
    .option('--size <WxH>', 'size of the triplets (default: 448x256)', parseSize)
    .option('--keep-size', 'keep the size of the frames, do not crop', false)
    .option('--cover <x>', 'scale frames to cover so many times the size, then crop', parseNumber, defaults.cover)
    .addOption(
      new Option('--crop <place>', 'which part is taken').choices(['centre', 'random'] as const).default(defaults.crop),
    )
    .option('--upscale', 'take videos that are smaller than the size', false)
    .option('--step <n,...>', 'frames from one frame of a triplet to the next (default: 1)', parseNumbers)
    .option('--every <n>', 'frames from the start of a triplet to that of the next', parseWhole, defaults.every)
    .option('--min-motion <px>', 'least motion of the fastest twentieth, a frame', parseNumber, defaults.minMotion)
    .option('--max-motion <px>', 'most motion of the fastest twentieth, a frame', parseNumber)
    .option('--max-blur <x>', 'most blur, 0 (sharp) to 1', parseNumber, defaults.maxBlur)
    .option('--cut-threshold <x>', 'least difference of a scene cut, 0 to 1', parseNumber, defaults.cutThreshold)
    .option('--conceal', 'accept what the decoder makes of damaged pictures', false)
    .option('--buckets <px,...>', `limits of the motion buckets (default: ${defaults.buckets.join(',')})`, parseNumbers)
    .option('--per-bucket <n>', 'most triplets of a motion bucket', parseWhole)
    .option('--per-source <n>', 'most triplets of a source', parseWhole)
    .option('--max <n>', 'most triplets in all, spread evenly over the motion buckets', parseWhole)
    .option('--split <x>', 'share of the training list; scenes are not divided', parseNumber, defaults.split)
    .option('--seed <n>', 'of every random choice', parseWhole, defaults.seed)
    .option('--license <text>', 'licence of the sources that have no file NAME.license beside them')
    .option('--workers <n>', 'threads (default: one for each core)', parseWhole, availableParallelism())
    .option('--dry-run', 'look and report, write nothing', false)
    .option('--json', 'write events and the report as JSON lines to stdout', false)
    .action(async (inputs, options) => {
      if (options.keepSize && options.size) throw new ConfigError('--keep-size', 'cannot be combined with --size.');
      const { cover, crop, upscale, every, minMotion, maxBlur, cutThreshold, split, seed } = options;
      const settings: PrepareSettingsInput = {
        ...{ cover, crop, upscale, every, minMotion, maxBlur, cutThreshold, split, seed },
        damage: options.conceal ? 'conceal' : 'error',
        ...(options.keepSize ? { size: 'keep' } : options.size && { size: options.size }),
        ...(options.step && { steps: options.step }),
        ...(options.buckets && { buckets: options.buckets }),
        maxMotion: options.maxMotion ?? null,
        perBucket: options.perBucket ?? null,
        perSource: options.perSource ?? null,
        max: options.max ?? null,
        license: options.license ?? null,
      };
      const tool = await toolName();
      const { onEvent, stop } = createListener(options.json);
      const { output, dryRun, workers } = options;
      const report = await interruptible((signal) =>
        prepareTriplets({ inputs, output, settings, dryRun, workers, tool, onEvent, signal }),
      ).finally(stop);
      if (report === undefined) {
        process.stderr.write(`Interrupted.${dryRun ? '' : ' The same command goes on.'}\n`);
        return;
      }
      process.exitCode = exitCodeOf(report);
      process.stdout.write(
        options.json ? `${JSON.stringify({ type: 'report', ...report })}\n` : formatPrepareReport(report),
      );
    });
}
