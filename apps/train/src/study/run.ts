import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostTensor } from '@vosvfi/core';
import { readSafetensors, toHostTensor } from '@vosvfi/core/safetensors';
import { blendInterpolator, repeatInterpolator } from '@vosvfi/eval';
import { createNetworkInterpolator } from '@vosvfi/models/interpolator';
import type { TrainEvent } from '@vosvfi/train';
import { buildBaseline } from '../build/baseline.js';
import type { Recipe } from '../recipe/schema.js';
import { runTraining } from '../session.js';
import { type Calibration, calibrate, withSteps } from './calibrate.js';
import { openStudyFolder, remembered } from './folder.js';
import type { LoadedStudy } from './load.js';
import {
  baselinesSchema,
  calibrationSchema,
  type TrainingRecord,
  testResultsSchema,
  trainingSchema,
} from './records.js';
import { type RunResult, type StudyResults, summarize } from './results.js';
import { collectStepTimes } from './step-times.js';
import { collectTerms } from './terms.js';
import { openTestBench, type TestBench, type TestResults } from './test-sets.js';
import { writeCurves, writeResults } from './write-results.js';

/** What {@link runStudy} reports. `index` counts runs from 1. */
export type StudyEvent =
  | { readonly type: 'stage'; readonly text: string }
  | {
      readonly type: 'run';
      readonly index: number;
      readonly total: number;
      readonly variant: string;
      readonly seed: number;
      readonly folder: string;
    }
  | { readonly type: 'train'; readonly event: TrainEvent }
  | { readonly type: 'tested'; readonly variant: string; readonly seed: number; readonly tests: TestResults };

/** Where a study runs. */
export interface StudyOptions {
  /** Folder of the study; one that holds a part of it is gone on with. */
  readonly folder: string;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: StudyEvent) => void;
  readonly onWarning?: (message: string) => void;
}

/** How a study ended. */
export interface StudySummary {
  readonly status: 'completed' | 'interrupted';
  readonly results: StudyResults;
}

interface StudyRun {
  readonly variant: string;
  readonly seed: number;
  readonly recipe: Recipe;
  readonly folder: string;
}

/**
 * Runs a study: trains every variant with every seed, one after the other and seed by seed, tests each trained network,
 * and writes the results so far after every run. Runs that are finished are not repeated, interrupted ones go on.
 * @throws TrainingError if the folder was begun with another study; whatever training throws.
 */
export async function runStudy(loaded: LoadedStudy, options: StudyOptions): Promise<StudySummary> {
  const { folder, signal, onEvent } = options;
  const { study, plan } = loaded;
  await openStudyFolder(folder, loaded);
  const bench = await openTestBench(study);
  const done: RunResult[] = [];
  const context = { ...options, bench };
  try {
    onEvent?.({ type: 'stage', text: 'Testing those that need no training' });
    const baselines = await remembered(join(folder, 'baselines.json'), baselinesSchema, () =>
      measureBaselines(bench, signal),
    );
    const calibration = await remembered(join(folder, 'calibration.json'), calibrationSchema, () =>
      calibrateAll(loaded, options),
    );
    const runs = listRuns(loaded, calibration, folder);
    const results = (): StudyResults =>
      summarize({ study, plan, planned: runs.length, runs: done, baselines, calibration });
    for (const [i, run] of runs.entries()) {
      const { variant, seed } = run;
      onEvent?.({ type: 'run', index: i + 1, total: runs.length, variant, seed, folder: run.folder });
      const training = await trainRun(run, options);
      if (training === undefined) return { status: 'interrupted', results: results() };
      const tests = await testRun(run, context);
      done.push({ variant, seed, training, tests });
      onEvent?.({ type: 'tested', variant, seed, tests });
      await writeResults(folder, results());
      const ofFirstSeed = runs.slice(0, i + 1).filter((one) => one.seed === study.seeds[0]);
      if (seed === study.seeds[0])
        await writeCurves(
          folder,
          ofFirstSeed.map((one) => one.folder),
        );
    }
    return { status: 'completed', results: results() };
  } catch (error) {
    if (!signal?.aborted || (error as Error).name !== 'AbortError') throw error;
    return {
      status: 'interrupted',
      results: summarize({ study, plan, planned: 0, runs: done, baselines: {}, calibration: [] }),
    };
  } finally {
    await bench.dispose();
  }
}

function listRuns(
  { study, plan, recipes }: LoadedStudy,
  calibration: readonly Calibration[],
  folder: string,
): StudyRun[] {
  const all = new Map(recipes);
  for (const { name, variant, steps } of calibration) all.set(name, withSteps(recipes.get(variant) as Recipe, steps));
  const names = [...plan.variants, ...plan.equalTime].map(({ name }) => name);
  return study.seeds.flatMap((seed) =>
    names.map((variant) => ({
      variant,
      seed,
      recipe: { ...(all.get(variant) as Recipe), seed },
      folder: join(folder, 'runs', variant, `seed-${seed}`),
    })),
  );
}

async function calibrateAll({ study, plan, recipes }: LoadedStudy, { folder, signal, onEvent }: StudyOptions) {
  const calibrations: Calibration[] = [];
  for (const pair of plan.equalTime) {
    onEvent?.({ type: 'stage', text: `Measuring step times of ${pair.variant} and ${pair.reference}` });
    calibrations.push(
      await calibrate(pair, recipes, {
        ...study.calibration,
        folder: join(folder, 'calibration'),
        ...(signal === undefined ? {} : { signal }),
      }),
    );
  }
  return calibrations;
}

async function measureBaselines(bench: TestBench, signal: AbortSignal | undefined) {
  return {
    repeat: await bench.measure(repeatInterpolator(), signal),
    blend: await bench.measure(blendInterpolator(), signal),
    truth: await bench.measure('truth', signal),
  };
}

/** Trains, or goes on; `undefined` if it was interrupted. */
async function trainRun(run: StudyRun, options: StudyOptions): Promise<TrainingRecord | undefined> {
  const { signal, onEvent, onWarning } = options;
  let wasInterrupted = false;
  const record = remembered(join(run.folder, 'training.json'), trainingSchema, async () => {
    const times = collectStepTimes();
    const terms = collectTerms(run.recipe.steps);
    const resume = await exists(join(run.folder, 'recipe.yaml'));
    const summary = await runTraining(run.recipe, {
      runFolder: run.folder,
      resume,
      onEvent: (event) => {
        times.onEvent(event);
        terms.onEvent(event);
        onEvent?.({ type: 'train', event });
      },
      ...(signal === undefined ? {} : { signal }),
      ...(onWarning === undefined ? {} : { onWarning }),
    });
    wasInterrupted = summary.status === 'interrupted';
    // What is thrown here is caught below; nothing must be remembered of half a run.
    if (wasInterrupted) throw new DOMException('The run was interrupted.', 'AbortError');
    return {
      steps: summary.step,
      secondsPerStep: times.median() ?? null,
      seconds: resume ? null : summary.seconds,
      dataWaitShare: summary.dataWaitShare,
      skipped: summary.skipped,
      last: terms.means(),
    };
  });
  return await record.catch((error: unknown) => {
    if (wasInterrupted) return undefined;
    throw error;
  });
}

async function testRun(
  { folder, recipe }: StudyRun,
  { bench, signal }: StudyOptions & { readonly bench: TestBench },
): Promise<TestResults> {
  return await remembered(join(folder, 'tests.json'), testResultsSchema, async () => {
    const baseline = await buildBaseline(recipe.network, recipe.objective);
    if (baseline === undefined) return {};
    const { network } = baseline;
    const { tensors } = await readSafetensors(join(folder, 'weights.safetensors'));
    const weights = new Map<string, HostTensor>();
    for (const { key } of network.parameters) {
      const tensor = tensors.get(key);
      if (tensor !== undefined) weights.set(key, toHostTensor(tensor, key));
    }
    const interpolator = createNetworkInterpolator(network, { weights, engine: recipe.engine });
    try {
      return await bench.measure(interpolator, signal);
    } finally {
      await interpolator.dispose();
    }
  });
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
