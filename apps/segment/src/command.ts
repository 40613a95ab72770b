import { readdir } from 'node:fs/promises';
import { Command, Option } from '@commander-js/extra-typings';
import type { ProgressEvent } from '@vosvfi/core';
import { describeEngine, formatEngine } from '@vosvfi/runtime';
import { engineIds } from '@vosvfi/runtime/engine';
import { createProgressBar, interruptible } from '@vosvfi/terminal';
import { checkSegmenterChoice, listSegmenters } from '@vosvfi/vos/registry';
import { collect, parseNumber, parseRate, parseSide, parseWhole, placedMasks } from './arguments.js';
import { describeResult } from './describe-result.js';
import { describeSegmenter, openSegmenter } from './open-segmenter.js';
import { segmentVideo } from './segment-video.js';

async function masksIn(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => !name.startsWith('.') && name.endsWith('.png')).length;
}

/** Shows events to a person. */
function createListener(stream: NodeJS.WriteStream) {
  const bar = createProgressBar(stream);
  const onProgress = (event: ProgressEvent) => {
    if (event.type === 'warning') bar.line(`Warning: ${event.message}`);
    else bar.show(event.stage === 'overlay' ? 'Overlay' : 'Masks', 'frames', event.done, event.total ?? event.done);
  };
  return { onProgress, stop: bar.stop };
}

/**
 * `vosvfi segment VIDEO --mask first.png -o DIR`. The result is told on stdout, progress on stderr. Errors are thrown as
 * they are; the program that mounts the command turns them into text and exit code. Interrupting leaves complete masks
 * only and sets exit code 130; the same command goes on.
 */
export function segmentCommand() {
  return new Command('segment')
    .description('Follow objects through a video, from a mask of one frame or of several.')
    .argument('<video>', 'video, or folder whose pictures are the frames')
    .requiredOption('--mask <[frame=]file>', 'mask of the first frame, or of others by number; or a folder', collect)
    .requiredOption('-o, --output <folder>', 'folder for the masks: one palette PNG file for each frame')
    .option('--mask-frame <n>', 'frame that the mask is of, from 0 (default: 0)', parseWhole)
    .addOption(
      new Option('--direction <way>', 'from the first mask onward, from the last one backward, or both')
        .choices(['both', 'forward', 'backward'] as const)
        .default('both' as const),
    )
    .option(
      '--model <id>',
      `network: ${listSegmenters()
        .map(({ id }) => id)
        .join(', ')}`,
      'stcn_tiny',
    )
    .option('--weights <file>', 'weights of the network: safetensors, or a PyTorch checkpoint')
    .option('--size <pixels>', 'shorter side of what the network sees of larger frames, or "full"', parseSide, 480)
    .option('--memory-every <n>', "every how many frames one is remembered (default: the network's own)", parseWhole)
    .option('--memory-frames <n>', "frames in memory at most (default: the network's own)", parseWhole)
    .option('--top-k <n>', "places of memory that each place looks at (default: the network's own)", parseWhole)
    .addOption(new Option('--engine <id>', 'what runs the network').choices(engineIds).default('graph' as const))
    .option('--threads <n>', 'threads of the engine', parseWhole)
    .addOption(
      new Option('--grey <meaning>', 'grey masks: bright is object 1, or values are labels')
        .choices(['auto', 'binary', 'labels'] as const)
        .default('auto' as const),
    )
    .option('--resize-mask', 'scale masks of another size to that of the frames', false)
    .option('--overlay <file>', 'also write a video (.mp4, .mkv, .mov) of the frames with their masks')
    .option('--fps <rate>', 'overlay of a folder: frames a second (default: 24)', parseRate)
    .option('--no-audio', 'overlay: leave the audio out')
    .option('--crf <x>', 'overlay: quality of H.264, 0 (best) to 51 (default: 18)', parseNumber)
    .option('--preset <name>', 'overlay: speed of H.264, ultrafast to veryslow (default: medium)')
    .option('--overwrite', 'throw away the masks of a run with other settings', false)
    .option('--conceal', 'accept what the decoder makes of damaged pictures', false)
    .option('--json', 'write the result as JSON to stdout', false)
    .action(async (input, options) => {
      const { output, model, direction, overwrite, json } = options;
      const masks = placedMasks(options.mask, options.maskFrame);
      checkSegmenterChoice(options);
      const choice = {
        ...{ model, engine: options.engine },
        ...(options.weights !== undefined && { weights: options.weights }),
        ...(options.threads !== undefined && { threads: options.threads }),
        ...(options.memoryEvery !== undefined && { memoryEvery: options.memoryEvery }),
        ...(options.memoryFrames !== undefined && { maxMemoryFrames: options.memoryFrames }),
        ...(options.topK !== undefined && { topK: options.topK }),
        ...(options.size !== undefined && { shorterSide: options.size }),
      };
      const overlay = options.overlay !== undefined && {
        ...{ file: options.overlay, audio: options.audio },
        ...(options.fps !== undefined && { frameRate: options.fps }),
        ...(options.crf !== undefined && { crf: options.crf }),
        ...(options.preset !== undefined && { preset: options.preset }),
      };
      const segmenterSettings = await describeSegmenter(choice);
      const engine = await describeEngine(options.engine, options);
      process.stderr.write(`${formatEngine(engine)}\n`);
      const { onProgress, stop } = createListener(process.stderr);
      const result = await interruptible((signal) =>
        segmentVideo({
          ...{ input, output, masks, direction, overwrite, segmenterSettings, onProgress, signal },
          openSegmenter: () => openSegmenter(choice),
          maskOptions: { grey: options.grey, resize: options.resizeMask },
          damage: options.conceal ? 'conceal' : 'error',
          ...(overlay && { overlay }),
        }),
      ).finally(stop);
      if (result === undefined) {
        process.stderr.write(
          `Interrupted; ${await masksIn(output)} masks are in ${output}. The same command goes on.\n`,
        );
        return;
      }
      process.stdout.write(
        json ? `${JSON.stringify({ ...result, model, engine }, null, 2)}\n` : describeResult(result),
      );
    });
}
