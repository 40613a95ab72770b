import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError, type Frame, MediaError } from '@vosvfi/core';
import { createSyntheticDataset, openVideo } from '@vosvfi/data';
import {
  findSequences,
  keptInMemory,
  type MiddleFrameMaker,
  meanMetrics,
  measureMiddleFrames,
  openTestSequence,
  type SequenceSegmenter,
  sequenceOfFrames,
  sequenceOfTriplet,
  type TestMetrics,
  type TestSequence,
} from '@vosvfi/eval';
import { loadWeights } from '@vosvfi/models/weights';
import { createStcn, createStcnPropagator } from '@vosvfi/vos/stcn';
import { stcnTinyWeightsUrl } from '@vosvfi/vos/weights';
import type { Study, TestSet } from './schema.js';

/** What was measured on one test set: means over its items, and each item (a scene, a sequence). */
export interface TestResult {
  readonly mean: TestMetrics;
  readonly items: Readonly<Record<string, TestMetrics>>;
}

/** Results by name of the test set. */
export type TestResults = Readonly<Record<string, TestResult>>;

/** The test sets of a study, open. */
export interface TestBench {
  /** Tests whoever makes middle frames on every set. Results are the same however often it is asked. */
  measure(maker: MiddleFrameMaker, signal?: AbortSignal): Promise<TestResults>;
  dispose(): Promise<void>;
}

/**
 * Opens the test sets of a study; pictures stay in memory once they are read.
 * @throws MediaError naming what is missing or damaged; ConfigError if the segmenter's weights must be named and are not.
 */
export async function openTestBench({ evaluate, segmenter: choice, bandRadius, metrics }: Study): Promise<TestBench> {
  const sets: [string, TestSequence[]][] = [];
  for (const [name, set] of Object.entries(evaluate)) sets.push([name, await openTestSet(set)]);
  const needsMasks = metrics.some((metric) => metric === 'jAndF' || metric === 'jaccard' || metric === 'boundary');
  const hasMasks = sets.some(([, sequences]) => sequences.some((sequence) => sequence.hasMasks));
  const segmenter = needsMasks && hasMasks ? await openPropagator(choice) : undefined;
  return {
    measure: async (maker, signal) => {
      const results: Record<string, TestResult> = {};
      for (const [name, sequences] of sets) {
        const items: Record<string, TestMetrics> = {};
        for (const sequence of sequences) {
          signal?.throwIfAborted();
          items[sequence.name] = await measureMiddleFrames(sequence, maker, { segmenter, bandRadius });
        }
        results[name] = { mean: meanMetrics(Object.values(items)), items };
      }
      return results;
    },
    dispose: async () => await segmenter?.dispose(),
  };
}

async function openTestSet(set: TestSet): Promise<TestSequence[]> {
  switch (set.kind) {
    case 'synthetic': {
      const { seed, count: length, height, width, scene } = set;
      const dataset = createSyntheticDataset({ seed, length, scene: { ...scene, height, width } });
      return await Promise.all(Array.from({ length }, async (_, i) => sequenceOfTriplet(await dataset.sample(i))));
    }
    case 'sequences': {
      const { folder, sequences, maxFrames, maxSide } = set;
      const found = await findSequences(folder, {
        ...(sequences === undefined ? {} : { sequences }),
        ...(maxFrames === undefined ? {} : { maxFrames }),
      });
      return await Promise.all(found.map(async (files) => keptInMemory(await openTestSequence(files, { maxSide }))));
    }
    case 'videos': {
      const clips: TestSequence[] = [];
      for (const file of set.files) {
        const frames = await readFrames(file, set.start, set.maxFrames);
        clips.push(keptInMemory(sequenceOfFrames(basename(file), frames, { maxSide: set.maxSide })));
      }
      return clips;
    }
  }
}

async function readFrames(file: string, start: number, count: number): Promise<Frame[]> {
  const { frames } = await openVideo(file);
  const kept: Frame[] = [];
  let index = 0;
  for await (const frame of frames()) {
    if (index >= start) kept.push(frame);
    index += 1;
    if (kept.length === count) break;
  }
  if (kept.length >= 3) return kept;
  throw new MediaError(file, `expected at least 3 frames from number ${start} on, found ${kept.length}.`);
}

/** Every fifth frame is remembered, as in STCN's own evaluation. */
async function openPropagator({
  model,
  weights,
}: Study['segmenter']): Promise<SequenceSegmenter & { dispose(): Promise<void> }> {
  if (weights === undefined && model !== 'stcn_tiny') {
    throw new ConfigError('segmenter.weights', `expected a file, because no weights of ${model} come along.`);
  }
  const network = createStcn(model);
  return createStcnPropagator(
    network,
    await loadWeights(weights ?? fileURLToPath(stcnTinyWeightsUrl), network.parameters),
  );
}
