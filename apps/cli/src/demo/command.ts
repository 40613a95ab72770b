import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Command } from '@commander-js/extra-typings';
import { MediaError } from '@vosvfi/core';
import { assetsFolder } from '../assets-folder.js';
import { runDemo } from './demo.js';
import { formatTable } from './table.js';

/** `vosvfi demo`: trains with and without masks, measures, interpolates a clip and writes a report, in a few minutes. */
export function demoCommand() {
  return new Command('demo')
    .description('Train a small network with and without object masks, compare them, and interpolate a real clip.')
    .argument('[clip]', 'a video of your own to interpolate (a few seconds; it may have sound)')
    .option('-o, --out <folder>', 'where the results go; those of an earlier demo are replaced', 'demo')
    .option('--json', 'write the table as JSON to stdout', false)
    .action(async (clip, { out, json }) => {
      if (clip !== undefined) await checkReadable(clip);
      const line = createLine(process.stderr);
      const result = await runDemo({
        clip: clip === undefined ? shippedClip() : { file: clip, credit: `Your clip, ${clip}.` },
        out,
        onStage: line.stage,
        onProgress: line.progress,
      });
      line.end();
      if (json) {
        process.stdout.write(`${JSON.stringify(result)}\n`);
        return;
      }
      const { table, tableFile, videoFile, reportFile, seconds } = result;
      process.stdout.write(
        [
          '',
          formatTable(table.rows),
          '',
          `Seed ${table.seeds.join(', ')}, ${table.steps} steps each, ${table.scenes} held-out scenes; done in ${Math.round(seconds)} s.`,
          `Table: ${tableFile}`,
          `Clip at twice its frame rate: ${videoFile}`,
          `Report with curves and pictures, for a browser: ${reportFile}`,
          '',
        ].join('\n'),
      );
    });
}

function shippedClip() {
  return {
    file: fileURLToPath(new URL('cup.mp4', assetsFolder)),
    credit: 'Clip: from OpenCV (samples/data), Apache License 2.0.',
  };
}

async function checkReadable(file: string): Promise<void> {
  await access(file).catch((cause: NodeJS.ErrnoException) => {
    throw new MediaError(file, `the clip cannot be read (${cause.code}).`, { cause });
  });
}

/** A heading for each stage; under it a line that is rewritten on a terminal, and left out elsewhere. */
function createLine(stream: NodeJS.WriteStream) {
  let isOpen = false;
  const end = (): void => {
    if (isOpen) stream.write('\n');
    isOpen = false;
  };
  return {
    end,
    stage: (text: string): void => {
      end();
      stream.write(`${text}\n`);
    },
    progress: (text: string): void => {
      if (!stream.isTTY) return;
      stream.write(`\r\u001b[2K  ${text.slice(0, Math.max(20, (stream.columns ?? 80) - 4))}`);
      isOpen = true;
    },
  };
}
