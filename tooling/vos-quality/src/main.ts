import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Command, CommanderError } from '@commander-js/extra-typings';
import { ConfigError, type Mask, VosvfiError } from '@vosvfi/core';
import { writeMask } from '@vosvfi/data';
import { stcnTinyWeightsUrl } from '@vosvfi/vos/weights';
import { carryMask, openSegmenter } from './network.js';
import { positiveInteger, share, views } from './options.js';
import { markdownTable, type Score, scoreSequence } from './score.js';
import { findMaskedSequences, type MaskedSequence, readLabels } from './sequences.js';

const disPeer = fileURLToPath(new URL('../peers/dis_warp.py', import.meta.url));

/** Masks of the peer, in `folder`. */
async function runDisPeer(python: string, sequences: readonly MaskedSequence[], folder: string): Promise<void> {
  const listing = join(folder, 'sequences.json');
  const entries = sequences.map(({ name, frames, masks }) => ({ name, frames, mask: masks[0] }));
  await writeFile(listing, JSON.stringify(entries));
  await promisify(execFile)(python, [disPeer, listing, folder]);
}

async function readFolder(folder: string): Promise<Mask[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.png')).sort();
  return readLabels(files.map((file) => join(folder, file)));
}

async function writeFolder(folder: string, masks: readonly Mask[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [k, mask] of masks.entries()) await writeMask(join(folder, `${String(k).padStart(5, '0')}.png`), mask);
}

const program = new Command('vos-quality')
  .description(
    'J and F of an STCN that carries first masks on, against leaving them in place and warping them by DIS flow.',
  )
  .argument('<root>', 'data set in the layout of DAVIS, with masks of all frames')
  .option('--preset <name>', 'widths of the network: stcn_tiny or stcn', 'stcn_tiny')
  .option('--weights <file>', 'its weights', fileURLToPath(stcnTinyWeightsUrl))
  .option('--short-side <pixels>', 'shorter side at which the network sees the window', positiveInteger, 240)
  .option('--fill <share>', 'the objects take up at most this share of the window', share, 0.8)
  .option('--smallest <share>', 'smallest window, as a share of the picture', share, 0.25)
  .option('--views <list>', 'take the mean of views, for example 0.8,0.5@320,0.8m: fill, lines, m for mirrored', views)
  .option('--no-window', 'let the network see whole frames at full size')
  .option('--memory-every <n>', 'frames from one memory to the next', positiveInteger, 5)
  .option('--locality <share>', 'how near memory is read, instead of what the preset has', share)
  .option('--top-k <n>', 'cells read for each place', positiveInteger, 20)
  .option('--no-include-last', 'do not remember the frame before')
  .option('--sequences <names...>', 'only these')
  .option('--max-frames <n>', 'only the first frames of each', positiveInteger)
  .option('--every <n>', 'measure every n-th frame', positiveInteger, 1)
  .option('--threads <n>', 'threads of the network', positiveInteger, 1)
  .option('--no-baselines', 'measure the network alone')
  .option('--python <program>', 'Python 3 with OpenCV', 'python3')
  .option('--masks <folder>', "write the network's masks here")
  .exitOverride()
  .action(async (root, options) => {
    if (options.preset !== 'stcn_tiny' && options.preset !== 'stcn') {
      throw new ConfigError('--preset', `expected stcn_tiny or stcn, found ${options.preset}.`);
    }
    const sequences = await findMaskedSequences(root, {
      ...(options.sequences && { sequences: options.sequences }),
      ...(options.maxFrames && { maxFrames: options.maxFrames }),
    });
    const folder = await mkdtemp(join(tmpdir(), 'vosvfi-quality-'));
    const { shortSide, fill, smallest } = options;
    const segmenter = await openSegmenter(options.preset, options.weights, {
      window: options.window ? { shortSide, fill, smallest, ...(options.views && { views: options.views }) } : null,
      memoryEvery: options.memoryEvery,
      topK: options.topK,
      locality: options.locality,
      includeLast: options.includeLast,
      threads: options.threads,
    });
    try {
      if (options.baselines) await runDisPeer(options.python, sequences, folder);
      const rows: { name: string; scores: Score[] }[] = [];
      for (const { name, frames, masks } of sequences) {
        const truth = await readLabels(masks);
        const made = await carryMask(segmenter, frames, truth[0]!);
        if (options.masks !== undefined) await writeFolder(join(options.masks, name), made);
        const methods = [
          made,
          ...(options.baselines ? [truth.map(() => truth[0]!), await readFolder(join(folder, name))] : []),
        ];
        const scores = methods.map((results) => scoreSequence(truth, results, options.every));
        console.error(`${name}: ${scores.map(({ jAndF }) => jAndF.toFixed(3)).join(' ')}`);
        rows.push({ name, scores });
      }
      console.log(
        markdownTable(rows, [options.preset, ...(options.baselines ? ['first mask stays', 'DIS flow'] : [])]),
      );
    } finally {
      await segmenter.dispose();
      await rm(folder, { recursive: true });
    }
  });

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (VosvfiError.isInstance(error)) {
    console.error(error.message);
    process.exitCode = error instanceof ConfigError ? 2 : 1;
  } else throw error;
}
