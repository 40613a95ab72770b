import { readFile, rm } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { ConfigError, MediaError, writeFileAtomically } from '@vosvfi/core';
import { evaluateX2, findBaseline, x2ReportJson } from '@vosvfi/eval';
import { openNetwork } from '@vosvfi/models/open';
import { weightsDigest } from '@vosvfi/models/weights';
import { describeEngine, formatEngine } from '@vosvfi/runtime';
import { engineIds } from '@vosvfi/runtime/engine';
import { createProgressLine } from './progress-line.js';
import { findSegmenterWeights, openSegmenter, segmenterIds } from './segmenter.js';
import type { EvaluateStreams } from './streams.js';
import { formatX2Report } from './x2-table.js';

/** `vosvfi evaluate x2`: even frames in, odd frames predicted and compared. */
export function x2Command({ out, err }: EvaluateStreams) {
  return new Command('x2')
    .description(
      'Even frames go in, odd frames are predicted and compared: PSNR, foreground PSNR, SSIM, interpolation error.',
    )
    .requiredOption('--data <folder>', 'JPEGImages/[480p/]NAME with Annotations/[480p/]NAME, or a folder of frames')
    .requiredOption('--model <id>', 'a network (see `vosvfi models list`), or blend or repeat')
    .option('--weights <file>', "the network's weights: safetensors or a PyTorch checkpoint")
    .addOption(new Option('--engine <id>', 'where the network runs').choices(engineIds).default('graph' as const))
    .option('--threads <n>', 'threads of the graph engine (default: all cores)', positiveInteger)
    .addOption(
      new Option('--segmenter <id>', 'measure J and F of this network on the interpolated sequences').choices(
        segmenterIds,
      ),
    )
    .option('--segmenter-weights <file>', "the segmenter's weights (default: those of stcn_tiny that come along)")
    .addOption(
      new Option('--objects <how>', 'J and F of every object, or of all as one')
        .choices(['separate', 'merged'] as const)
        .default('separate' as const),
    )
    .option('--sequences <names...>', 'take these sequences only')
    .option('--list <file>', 'take the sequences named in this file, one a line')
    .option('--limit <n>', 'take the first n frames of each sequence', positiveInteger)
    .option('--limit-sequences <n>', 'take the first n sequences', positiveInteger)
    .option('--masks <folder>', 'masks for a --data that is a folder of frames')
    .addOption(
      new Option('--ssim <variant>', 'which SSIM')
        .choices(['skimage-gaussian', 'matlab-y', 'matlab-gray', 'ifrnet-2d', 'ifrnet-3d'] as const)
        .default('skimage-gaussian' as const),
    )
    .option(
      '--cache <file>',
      'keep results here while evaluating (default, with --output: beside it, removed at the end)',
    )
    .option('-o, --output <file>', 'write the whole report here, as JSON')
    .option('--json', 'print the report as JSON instead of a table', false)
    .action(async (options) => {
      const sequences = await sequenceNames(options.sequences, options.list);
      const segmenterWeights = findSegmenterWeights(options);
      const baseline = findBaseline(options.model, options.weights);
      const engine =
        baseline === undefined || options.segmenter ? await describeEngine(options.engine, options) : undefined;
      if (engine !== undefined) err.write(`${formatEngine(engine)}\n`);
      const interpolator = baseline ?? (await openNetwork(options));
      const segmenter =
        options.segmenter && segmenterWeights
          ? await openSegmenter(options.segmenter, segmenterWeights, options)
          : undefined;
      const progress = createProgressLine(err);
      const ownCache = options.output === undefined ? undefined : `${options.output}.cache.jsonl`;
      const cacheFile = options.cache ?? ownCache;
      try {
        const report = await evaluateX2({
          data: options.data,
          interpolator,
          ssim: options.ssim,
          objects: options.objects,
          ...(segmenter === undefined ? {} : { segmenter }),
          provenance: {
            weights: options.weights ?? null,
            weightsSha256: options.weights === undefined ? null : await weightsDigest(options.weights),
            segmenterWeights: segmenterWeights ?? null,
            segmenterWeightsSha256: segmenterWeights === undefined ? null : await weightsDigest(segmenterWeights),
            engine: options.engine,
            ...(engine && { engineLibrary: `${engine.library} ${engine.version}`, device: engine.device }),
            node: process.version,
          },
          onProgress: progress.show,
          ...(sequences === undefined ? {} : { sequences }),
          ...(options.limit === undefined ? {} : { maxFrames: options.limit }),
          ...(options.limitSequences === undefined ? {} : { maxSequences: options.limitSequences }),
          ...(options.masks === undefined ? {} : { masks: options.masks }),
          ...(cacheFile === undefined ? {} : { cacheFile }),
        });
        progress.end();
        if (options.output !== undefined) await writeFileAtomically(options.output, `${x2ReportJson(report, 2)}\n`);
        if (options.cache === undefined && ownCache !== undefined) await rm(ownCache, { force: true });
        out.write(options.json ? `${x2ReportJson(report)}\n` : formatX2Report(report));
      } finally {
        progress.end();
        await segmenter?.dispose();
        await interpolator.dispose();
      }
    });
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Expected a whole number from 1 on.');
  return value;
}

/** Names given one by one and in a file; undefined if neither is. */
async function sequenceNames(names: readonly string[] | undefined, list: string | undefined) {
  if (list === undefined) return names;
  if (names !== undefined) throw new ConfigError('--list', 'cannot be combined with --sequences.');
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
