import { type BatchSource, type HostTensor, hash32, type WeightMap } from '@vosvfi/core';
import { compileTrainStep, type ParameterSpec } from '@vosvfi/runtime';
import {
  openRunFolder,
  type TrainControl,
  type TrainEvent,
  type TrainSummary,
  train,
  type WatchOptions,
} from '@vosvfi/train';
import { openBatches } from './build/batches.js';
import { initialWeights } from './build/initial-weights.js';
import { buildOptimizer, buildSchedule } from './build/optimizer.js';
import { buildTask } from './build/task.js';
import type { Recipe } from './recipe/schema.js';
import { pick, signatureOf, type TrainingTask } from './tasks/task.js';
import { createValidator, type Validator } from './validation.js';
import { openViews } from './views/open-views.js';
import type { RunView } from './views/run-view.js';

/** Where and how a recipe runs. */
export interface SessionOptions {
  readonly runFolder: string;
  /** Continue the run in that folder; else the folder must not hold one. */
  readonly resume?: boolean;
  readonly signal?: AbortSignal;
  /** Pauses and continues the run. */
  readonly control?: TrainControl;
  readonly onEvent?: (event: TrainEvent) => void;
  readonly onWarning?: (message: string) => void;
}

/**
 * Runs a recipe: opens its data, builds network and objective, compiles the step, and trains until the last step or until
 * `signal` aborts.
 * @throws ConfigError, MediaError or CheckpointError for what the recipe names and cannot be used; TrainingError for a
 *   run folder that does not fit, or a loss that is not finite; EnvironmentError if the run folder cannot be written.
 */
export async function runTraining(recipe: Recipe, options: SessionOptions): Promise<TrainSummary> {
  const cleanUp: (() => Promise<void>)[] = [];
  try {
    const task = await buildTask(recipe);
    const weights = await initialWeights(recipe, task.parameters);
    const { onWarning } = options;
    const warn = onWarning === undefined ? {} : { onWarning };
    const batches = await openBatches(recipe.dataset, { ...recipe, inputs: task.inputs, ...warn });
    cleanUp.push(() => batches.dispose());
    // One batch before anything is written: it shows whether the data can be read, and the shapes to compile for.
    const signature = signatureOf(pick(await batches.batch(0), task.inputs));

    const run = await openRunFolder(options.runFolder, {
      recipe,
      resume: options.resume ?? false,
      keepLast: recipe.keepLast,
      ...warn,
    });
    cleanUp.push(() => run.close());

    const { trained, fixed } = split(task.parameters, weights);
    const step = await compileTrainStep({
      loss: (current, inputs, frozen) => task.loss(new Map([...current, ...frozen]), inputs, frozen),
      parameters: trained,
      frozen: new Map([...fixed, ...task.frozen]),
      signature,
      optimizer: buildOptimizer(recipe, task.runningAverages),
      engine: recipe.engine,
      ...(recipe.clipNorm === undefined ? {} : { clipNorm: recipe.clipNorm }),
      ...(recipe.accumulate === undefined ? {} : { accumulate: recipe.accumulate }),
    });
    cleanUp.push(() => step.dispose());

    /** The whole state dict, in its official order. */
    const completeWeights = (current: WeightMap): WeightMap =>
      new Map(task.parameters.map(({ key }) => [key, (current.get(key) ?? fixed.get(key)) as HostTensor]));
    const validator = await openValidator(recipe, task, weights);
    if (validator !== undefined) cleanUp.push(() => validator.dispose());

    const views = await openViews({
      runFolder: options.runFolder,
      step: run.checkpoint?.step ?? 0,
      batchSize: recipe.batchSize,
      logEvery: recipe.logEvery,
      engine: recipe.engine,
      onWarning: onWarning ?? (() => {}),
    });
    const histogramEvery = recipe.histogramEvery ?? recipe.validation?.every;
    const running = train({
      step,
      batches: { ...batches, batch: async (index) => pick(await batches.batch(index), task.inputs) },
      steps: recipe.steps,
      schedule: buildSchedule(recipe.schedule, recipe.steps),
      run,
      logEvery: recipe.logEvery,
      checkpointEvery: recipe.checkpointEvery,
      nonFinite: recipe.nonFinite,
      completeWeights,
      ...watched(recipe),
      ...(recipe.storageFailure === undefined ? {} : { storageFailure: recipe.storageFailure }),
      ...(validator === undefined
        ? {}
        : { validate: (_step: number, current: WeightMap) => validator.measure(current) }),
      ...(recipe.validation === undefined ? {} : { validateEvery: recipe.validation.every }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.control === undefined ? {} : { control: options.control }),
      ...(histogramEvery === undefined ? {} : { histogramEvery }),
      onEvent: (event) => {
        views.event(event);
        options.onEvent?.(event);
      },
    });
    return await endedViews(running, views);
  } finally {
    for (const dispose of cleanUp.reverse()) await dispose();
  }
}

/** Tells the views how the training ended, and lets them finish. */
async function endedViews(running: Promise<TrainSummary>, views: RunView): Promise<TrainSummary> {
  try {
    const summary = await running;
    await views.end({ status: summary.status, summary });
    return summary;
  } catch (error) {
    await views.end({ status: 'failed', message: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}

/** What the recipe watches in validations. */
function watched({ earlyStop, keepBest }: Recipe): WatchOptions {
  const best = keepBest ?? (earlyStop && { metric: earlyStop.metric, mode: earlyStop.mode });
  return { ...(earlyStop === undefined ? {} : { earlyStop }), ...(best === undefined ? {} : { keepBest: best }) };
}

/** Takes apart what is trained and what is only loaded and saved. */
function split(parameters: readonly ParameterSpec[], weights: WeightMap) {
  const trained = new Map<string, HostTensor>();
  const fixed = new Map<string, HostTensor>();
  for (const { key, trainable = true } of parameters) {
    (trainable ? trained : fixed).set(key, weights.get(key) as HostTensor);
  }
  return { trained, fixed };
}

/** Scenes of validation are the same for every seed of training, so that runs can be compared. */
const validationSeed = 0x5eed;

async function openValidator(recipe: Recipe, task: TrainingTask, weights: WeightMap): Promise<Validator | undefined> {
  const { validation, batchSize, engine } = recipe;
  if (validation === undefined) return undefined;
  const batches: BatchSource = await openBatches(validation.dataset ?? recipe.dataset, {
    seed: hash32(`${validationSeed}/validation`),
    batchSize,
    inputs: task.measure.inputs,
    isValidation: true,
  });
  const count = Math.ceil(validation.samples / batchSize);
  return await createValidator({
    measure: task.measure,
    weights,
    batches,
    count,
    pictures: validation.pictures,
    engine,
  });
}
