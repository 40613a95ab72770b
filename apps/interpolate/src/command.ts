import { extname } from 'node:path';
import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { ConfigError } from '@vosvfi/core';
import { defaultCutThreshold, imageExtensions, readFrame } from '@vosvfi/data';
import { findBaseline } from '@vosvfi/eval';
import { checkNetworkChoice, openNetwork, precisionKinds } from '@vosvfi/models/open';
import { describeEngine, type EngineDescription, formatEngine } from '@vosvfi/runtime';
import { engineIds } from '@vosvfi/runtime/engine';
import { interruptible } from '@vosvfi/terminal';
import { checkMaskSegmenter, type MaskSegmenterOptions, openMaskSegmenter } from './mask-segmenter.js';
import type { VideoMasksOptions } from './mask-track.js';
import { openInt8, spreadPairs } from './open-int8.js';
import { interpolatePair, type PairResult } from './pair.js';
import { createProgressBar } from './progress-bar.js';
import { interpolateVideo, resultSeconds, type VideoResult } from './video.js';

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number.');
  return value;
}

function whole(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('Expected a whole number.');
  return value;
}

const isImage = (file: string) => imageExtensions.includes(extname(file).toLowerCase());

/** A pair of pictures, or a video: by number and extensions. @throws ConfigError */
function sortInputs(inputs: readonly string[]): { pair: readonly [string, string] } | { video: string } {
  const [first, second, ...rest] = inputs;
  if (first !== undefined && second === undefined && !isImage(first)) return { video: first };
  if (first !== undefined && second !== undefined && rest.length === 0 && isImage(first) && isImage(second)) {
    return { pair: [first, second] };
  }
  throw new ConfigError('inputs', `expected two pictures or one video, found ${inputs.join(', ')}.`, {
    hint: `Pictures end in ${imageExtensions.join(', ')}.`,
  });
}

/** @throws ConfigError naming the first option that does not go with this kind of input. */
function refuse(kind: string, options: Readonly<Record<string, unknown>>): void {
  for (const [flag, value] of Object.entries(options)) {
    if (value !== undefined) throw new ConfigError(flag, `does not apply to ${kind}.`);
  }
}

async function readPair([first, second]: readonly [string, string]) {
  return [await readFrame(first), await readFrame(second)] as const;
}

function damageOf({ conceal }: { readonly conceal?: true | undefined }) {
  return { damage: conceal ? 'conceal' : 'error' } as const;
}

function describePair({ output, model, t, width, height }: PairResult): string {
  return `${output}: ${width} x ${height} at t = ${t} (${model})\n`;
}

function describeVideo(result: VideoResult): string {
  const { output, model, framesIn, framesOut, frameRate, width, height, cutsSeconds, audioStreams } = result;
  const cuts = cutsSeconds.length === 0 ? '' : `, ${cutsSeconds.length} scene cuts held`;
  const audio = audioStreams === 0 ? 'no audio' : 'audio copied';
  const masks = result.masks === undefined ? '' : `${result.masks}: ${framesOut} masks\n`;
  return (
    `${output}: ${framesIn} frames became ${framesOut} (${model}), ${width} x ${height}, ` +
    `${frameRate} frames/s, ${resultSeconds(result).toFixed(2)} s, ${audio}${cuts}\n${masks}`
  );
}

function resultJson(result: PairResult | VideoResult, engine: EngineDescription | undefined): string {
  return `${JSON.stringify({ ...result, ...(engine && { engine }) }, null, 2)}\n`;
}

/** Options of the command about masks. */
interface MaskFlags extends MaskSegmenterOptions {
  readonly output: string;
  readonly masks?: string | undefined;
  readonly masksOutput?: string | undefined;
  readonly resizeMasks?: true | undefined;
}

/** @throws ConfigError for options about masks without masks, or a segmenter that cannot be had. */
function masksOf(options: MaskFlags): VideoMasksOptions | undefined {
  const { output, masks: given, masksOutput, segmenter, segmenterWeights, resizeMasks } = options;
  if (given === undefined) {
    refuse('a video without --masks', { '--masks-output': masksOutput, '--resize-masks': resizeMasks });
    refuse('a video without --masks', { '--segmenter': segmenter, '--segmenter-weights': segmenterWeights });
    return undefined;
  }
  checkMaskSegmenter(options);
  return {
    given,
    output: masksOutput ?? `${output.slice(0, output.length - extname(output).length)}-masks`,
    openSegmenter: () => openMaskSegmenter(options),
    maskOptions: { resize: resizeMasks ?? false },
  };
}

/**
 * `vosvfi interpolate A.png B.png -o mid.png` and `vosvfi interpolate clip.mp4 -o out.mp4 --factor 2`.
 * The result is told on stdout, progress on stderr. Errors are thrown as they are; the program that mounts the command
 * turns them into text and exit code. Interrupting removes the unfinished file and sets exit code 130.
 */
export function interpolateCommand() {
  return new Command('interpolate')
    .description('Make in-between frames of two pictures, or multiply the frame rate of a video.')
    .argument('<inputs...>', 'two pictures, or one video')
    .requiredOption('-o, --output <file>', 'picture (.png, .jpg, .webp) or video (.mp4, .mkv, .mov) to write')
    .option('--model <id>', 'network, or blend or repeat', 'ifrnet_s')
    .option(
      '--weights <file>',
      'weights of the network: safetensors, or a PyTorch checkpoint (default: those that come along)',
    )
    .addOption(new Option('--engine <id>', 'what runs the network').choices(engineIds).default('graph' as const))
    .option('--threads <n>', 'threads of the engine', whole)
    .addOption(
      new Option('--precision <kind>', 'of the network; int8 is calibrated on the frames and compared with float32')
        .choices(precisionKinds)
        .default('float32' as const),
    )
    .option('--scale <x>', 'look for motion in frames resized by x, such as 0.5 for large motion (default: 1)', number)
    .option('--t <time>', 'pictures: time of the new one, between 0 and 1 (default: 0.5)', number)
    .option('--factor <n>', 'video: how many times as many frames (default: 2)', whole)
    .addOption(
      new Option('--method <name>', 'recursive: only halves, again and again; direct: each time at once')
        .choices(['auto', 'direct', 'recursive'])
        .default('auto' as const),
    )
    .option('--allow-untrained-time', 'let the network work at times that it was not trained for', false)
    .addOption(
      new Option('--scene-cut <policy>', 'video: what to show across a cut (default: hold, the earlier frame)').choices(
        ['hold', 'nearest', 'interpolate'],
      ),
    )
    .option('--cut-threshold <x>', `video: least difference of a cut, 0 to 1 (default: ${defaultCutThreshold})`, number)
    .option('--hold-last', 'video: repeat the last frame, to last as long as the source')
    .option('--no-audio', 'video: leave the audio out')
    .option('--masks <path>', 'video: mask of its first frame, or folder of masks by number, to carry along')
    .option('--masks-output <folder>', 'video: folder for the masks of all frames (default: OUTPUT-masks)')
    .option('--segmenter <id>', 'network that carries the masks (default: stcn_tiny)')
    .option('--segmenter-weights <file>', 'weights of that network, where they do not come along')
    .option('--resize-masks', 'scale masks of another size to that of the frames')
    .option('--conceal', 'video: accept what the decoder makes of damaged pictures')
    .option('--crf <x>', 'video: quality of H.264, 0 (best) to 51 (default: 18)', number)
    .option('--preset <name>', 'video: speed of H.264, ultrafast to veryslow (default: medium)')
    .option('--json', 'write the result as JSON to stdout', false)
    .action(async (inputs, options) => {
      const { output, method } = options;
      const kind = sortInputs(inputs);
      const baseline = findBaseline(options.model, options.weights);
      const choice = baseline === undefined ? checkNetworkChoice(options) : undefined;
      if (baseline !== undefined)
        refuse(`"${options.model}"`, {
          '--precision': options.precision === 'float32' ? undefined : options.precision,
          '--scale': options.scale,
        });
      const engine = baseline === undefined ? await describeEngine(options.engine, options) : undefined;
      if (engine !== undefined) process.stderr.write(`${formatEngine(engine)}\n`);
      if (choice?.shipped)
        process.stderr.write(`${options.model} with VOSVFI's own weights (${choice.shipped.trainedOn})\n`);
      const open = async () => {
        if (baseline !== undefined) return baseline;
        if (options.precision !== 'int8') return openNetwork(options);
        const pairs =
          'pair' in kind ? [await readPair(kind.pair)] : await spreadPairs(kind.video, 4, damageOf(options));
        return openInt8(options, pairs, (decibels) => {
          process.stderr.write(`int8 against float32 on a pair of these frames: ${decibels.toFixed(1)} dB\n`);
        });
      };
      if ('pair' in kind) {
        const { factor, sceneCut, cutThreshold, holdLast, conceal, crf, preset, t = 0.5 } = options;
        refuse('pictures', { '--factor': factor, '--scene-cut': sceneCut, '--cut-threshold': cutThreshold });
        refuse('pictures', { '--hold-last': holdLast, '--conceal': conceal, '--crf': crf, '--preset': preset });
        refuse('pictures', { '--masks': options.masks });
        const result = await interpolatePair({ inputs: kind.pair, output, openInterpolator: open, t, method });
        process.stdout.write(options.json ? resultJson(result, engine) : describePair(result));
        return;
      }
      refuse('a video', { '--t': options.t });
      const masks = masksOf(options);
      const bar = createProgressBar(process.stderr);
      const result = await interruptible((signal) =>
        interpolateVideo({
          ...{ input: kind.video, output, openInterpolator: open, method, signal, onProgress: bar.show },
          ...{ factor: options.factor ?? 2, sceneCut: options.sceneCut ?? 'hold', audio: options.audio },
          ...{ tail: options.holdLast ? 'hold' : 'end', ...damageOf(options) },
          ...(options.cutThreshold !== undefined && { cutThreshold: options.cutThreshold }),
          ...(masks && { masks }),
          ...(options.crf !== undefined && { crf: options.crf }),
          ...(options.preset !== undefined && { preset: options.preset }),
        }),
      ).finally(() => bar.stop());
      if (result === undefined) process.stderr.write(`Interrupted; ${output} was not written.\n`);
      else process.stdout.write(options.json ? resultJson(result, engine) : describeVideo(result));
    });
}
