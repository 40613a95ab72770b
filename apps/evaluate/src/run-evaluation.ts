import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type OnProgress, writeFileAtomically } from '@vosvfi/core';
import { type Contestant, type EvaluationResult, evaluate, folderCache, keepPictures, metricsJson } from '@vosvfi/eval';
import { weightsDigest } from '@vosvfi/models/weights';
import { describeEngine, formatEngine } from '@vosvfi/runtime';
import { chooseModels, openContestant } from './contestants.js';
import { checkFlow, isFlowNetwork, openFlow } from './flow.js';
import { openData } from './open-data.js';
import type { EvaluationFlags } from './options.js';
import { requireWritable } from './output-folder.js';
import { writeReport } from './report/write-report.js';
import { dataDigest, type FlagValues, runFacts } from './run-facts.js';
import { findSegmenterWeights, openSegmenter } from './segmenter.js';
import type { EvaluateStreams } from './streams.js';

/** Disposes of things in the opposite order of their opening. */
type Closers = (() => Promise<void>)[];

/** Where progress goes. */
export interface RunOptions {
  readonly err: EvaluateStreams['err'];
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/** What came out. */
export interface Evaluated {
  readonly result: EvaluationResult;
  /** Ids of models that failed and are not in the result. */
  readonly failed: ReadonlySet<string>;
}

/**
 * Evaluates as the options say and writes the result into the output folder, if there is one.
 * @throws ConfigError, MediaError, CheckpointError and others, before anything is measured if possible.
 */
export async function runEvaluation(id: string, flags: EvaluationFlags, run: RunOptions): Promise<Evaluated> {
  if (flags.model === undefined) throw new ConfigError('--model', 'expected at least one model.');
  const flowNetwork = isFlowNetwork(flags.flow) ? flags.flow : undefined;
  const { models, flowWeights } = await chooseModels(flags.model, flags.weights, flowNetwork);
  checkFlow(flags, flowWeights);
  const { output } = flags;
  const cacheFolder = flags.cache ?? (output === undefined ? undefined : join(output, 'cache'));
  const segmenterWeights = findSegmenterWeights(flags);
  const { protocol, opened, deviations } = await openData(id, flags);
  if (output !== undefined) await requireWritable(output);
  if (cacheFolder !== undefined) await requireWritable(cacheFolder, '--cache');
  const hasNetwork =
    models.some(({ who }) => who.kind === 'network') || segmenterWeights !== undefined || flowNetwork !== undefined;
  const description = hasNetwork ? await describeEngine(flags.engine, flags) : undefined;
  if (description !== undefined) run.err.write(`${formatEngine(description)}\n`);
  const closers: Closers = [];
  const failed = new Set<string>();
  const warn = (message: string): void => run.onProgress({ type: 'warning', message });
  try {
    const contestants: Contestant[] = [];
    for (const model of models) {
      const contestant = await openContestant(model, { ...flags, description, items: opened.items });
      closers.push(() => contestant.dispose());
      contestants.push(contestant);
    }
    const segmentation = await openSegmentation(flags, segmenterWeights, protocol.segmentation?.objects, closers);
    const motion = await openFlow(flags, flowWeights);
    if (motion !== undefined) closers.push(() => motion.dispose());
    const result = await evaluate(protocol, opened, contestants, {
      ...{ metrics: flags.metrics, deviations, segmentation },
      resources: {
        ...{ parameters: flags.parameters, engine: flags.engine, threads: flags.threads },
        flow: motion?.flow,
      },
      workers: flags.workers ?? Math.min(4, availableParallelism() - 1),
      ...(cacheFolder !== undefined && { cache: folderCache(cacheFolder, warn) }),
      ...(flags.seed !== undefined && { bootstrap: { seed: flags.seed } }),
      environment: {
        ...(await runFacts(['vosvfi', 'evaluate', id], withoutIdleEngine(flags, hasNetwork))),
        dataSha256: await dataDigest(opened.items),
        ...(motion !== undefined && { flow: motion.flow.id }),
      },
      onProgress: run.onProgress,
      onFailure: (id, error) => {
        failed.add(id);
        warn(`${id} is left out: ${error.message}`);
      },
      signal: run.signal,
    });
    const finished = contestants.filter(({ id }) => !failed.has(id));
    if (output === undefined) return { result, failed };
    const { quantize } = protocol;
    const options = { folder: output, signal: run.signal };
    const illustrated = await keepPictures(result, { quantize }, opened.items, finished, options);
    await writeResult(illustrated, output);
    return { result: illustrated, failed };
  } catch (error) {
    if (run.signal.aborted && cacheFolder !== undefined) {
      run.err.write(`\nInterrupted. What was measured is in ${cacheFolder}; the same command goes on from there.\n`);
    }
    throw error;
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** Without a network, the engine that networks would run on says nothing. */
function withoutIdleEngine({ engine, ...flags }: EvaluationFlags, hasNetwork: boolean): FlagValues {
  return hasNetwork ? { engine, ...flags } : flags;
}

async function openSegmentation(
  flags: EvaluationFlags,
  weights: string | undefined,
  ofProtocol: 'separate' | 'merged' | undefined,
  closers: Closers,
) {
  if (flags.segmenter === undefined || weights === undefined) {
    if (flags.objects === undefined) return undefined;
    throw new ConfigError('--objects', 'is of no use without --segmenter.');
  }
  const segmenter = await openSegmenter(flags.segmenter, weights, flags);
  closers.push(() => segmenter.dispose());
  const objects = flags.objects ?? ofProtocol ?? 'separate';
  const facts = { segmenter: segmenter.id, weightsSha256: await weightsDigest(weights), engine: flags.engine };
  return { segmenter, objects, facts };
}

async function writeResult(result: EvaluationResult, folder: string): Promise<void> {
  const file = join(folder, 'results.json');
  await writeFileAtomically(file, `${metricsJson(result, 2)}\n`);
  await writeReport(file, folder);
}
