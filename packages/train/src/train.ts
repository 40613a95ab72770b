import { type BatchSource, type HostTensor, TrainingError, type WeightMap } from '@vosvfi/core';
import type { StepResult, TrainStep } from '@vosvfi/runtime';
import { checkCount } from './check.js';
import { startClock } from './clock.js';
import type { TrainControl } from './control.js';
import type { TrainEvent, Validation } from './events.js';
import { prefetch } from './prefetch.js';
import type { RunFolder } from './run-folder.js';
import type { Schedule } from './schedules.js';

/** Inputs of {@link train}. */
export interface TrainOptions {
  readonly step: TrainStep;
  readonly batches: BatchSource;
  /** Steps of the whole run, those before a resume included. */
  readonly steps: number;
  readonly schedule: Schedule;
  /** Where checkpoints and metrics go, and what a resumed run starts from. Without it nothing is written. */
  readonly run?: RunFolder;
  /** Write a metrics line every so many steps (and at the last). Default 10. */
  readonly logEvery?: number;
  /** Save every so many steps. A checkpoint is also written at the end and when interrupted. Default 1000. */
  readonly checkpointEvery?: number;
  readonly validate?: (step: number) => Promise<Validation>;
  /** Default: only after the last step. */
  readonly validateEvery?: number;
  /** Report the distribution of values every so many steps; default: never. */
  readonly histogramEvery?: number;
  /** The values; default: those of each trained parameter, by its key. */
  readonly histograms?: () => Promise<Readonly<Record<string, Float32Array>>>;
  /** Makes the state dict to save out of the trained weights, where a network has others too (batch-norm statistics). */
  readonly completeWeights?: (trained: WeightMap) => WeightMap;
  /** A loss or gradient that is not finite: end with an error (default), or leave the step out and count it. */
  readonly nonFinite?: 'stop' | 'skip';
  /** With `skip`: so many such steps in a row are an error all the same. Default 20. */
  readonly skipLimit?: number;
  /** Batches prepared ahead. Default 2. */
  readonly prefetch?: number;
  /** When it aborts, the running step is finished and saved and {@link train} returns `interrupted`. */
  readonly signal?: AbortSignal;
  /** Pauses the run between steps, asks for checkpoints and validations. */
  readonly control?: TrainControl;
  readonly onEvent?: (event: TrainEvent) => void;
}

/** How a run ended. */
export interface TrainSummary {
  readonly status: 'completed' | 'interrupted';
  readonly step: number;
  /** Steps left out because a value was not finite, over the whole run. */
  readonly skipped: number;
  /** Without pauses. */
  readonly seconds: number;
  readonly dataWaitShare: number;
  /** Loss and terms of the last applied step of this call, absent if it made none. */
  readonly last?: { readonly total: number; readonly terms: Readonly<Record<string, number>> };
  /** Folder of the last checkpoint, if a run folder was given. */
  readonly checkpoint?: string;
}

/**
 * The training loop: batch, step, log, validate, checkpoint.
 * With a run folder that was opened to resume, weights, optimizer state and step continue from its checkpoint, and the
 * result is bit-equal to that of a run that was never stopped (same engine, same batches).
 * @throws TrainingError naming term and step if a loss or gradient is not finite (see {@link TrainOptions.nonFinite}).
 */
export async function train(options: TrainOptions): Promise<TrainSummary> {
  const { step: trainStep, batches, steps, schedule, run, control, signal, onEvent } = options;
  const { logEvery = 10, checkpointEvery = 1000, validateEvery = steps, histogramEvery, skipLimit = 20 } = options;
  for (const [path, value] of Object.entries({ steps, logEvery, checkpointEvery, validateEvery, skipLimit })) {
    checkCount(path, value);
  }
  if (histogramEvery !== undefined) checkCount('histogramEvery', histogramEvery);
  const histograms = options.histograms ?? (() => parameterValues(trainStep));
  let { step: done, skipped } = resume(trainStep, run);
  let skippedInRow = 0;
  let last: TrainSummary['last'];
  let checkpoint: string | undefined = run?.checkpoint?.path;
  let savedStep = done;
  const clock = startClock();
  const feed = prefetch(batches, done, steps, options.prefetch ?? 2);

  const save = async (): Promise<void> => {
    if (run === undefined) return;
    savedStep = done;
    await trainStep.settle();
    const { step: optimizerStep, slots } = trainStep.state();
    const trained = trainStep.weights();
    const weights = options.completeWeights?.(trained) ?? trained;
    checkpoint = await run.save({ step: done, optimizerStep, skipped, weights, slots });
    onEvent?.({ type: 'checkpoint', step: done, path: checkpoint });
  };

  try {
    while (done < steps && !signal?.aborted) {
      if (control?.isPaused) {
        onEvent?.({ type: 'paused', step: done });
        const pausedSeconds = await clock.pausing(control.whenRunning(signal));
        onEvent?.({ type: 'continued', step: done, pausedSeconds });
        continue;
      }
      const learningRate = schedule(done);
      const batch = await clock.waiting(feed.next());
      const result = await trainStep.run(batch, { learningRate });
      done += 1;

      if (result.applied) {
        skippedInRow = 0;
        last = { total: result.total, terms: result.terms };
      } else {
        const reason = nonFiniteReason(result);
        skippedInRow += 1;
        if (options.nonFinite !== 'skip') throw stopError(done, reason, learningRate);
        if (skippedInRow >= skipLimit) throw stopError(done, `${reason}, ${skippedInRow} steps in a row`, learningRate);
        skipped += 1;
        await run?.log({ type: 'skipped', step: done, reason });
        onEvent?.({ type: 'skipped', step: done, reason });
      }

      clock.stepEnded();
      const isLast = done === steps;
      if (result.applied && (done % logEvery === 0 || isLast)) {
        const { total, terms, gradientNorm } = result;
        await run?.log({ type: 'train', step: done, learningRate, total, terms, gradientNorm });
      }
      onEvent?.({
        type: 'progress',
        step: done,
        steps,
        learningRate,
        total: result.total,
        terms: result.terms,
        gradientNorm: result.gradientNorm,
        skipped,
        secondsPerStep: clock.secondsPerStep(),
        etaSeconds: clock.etaSeconds(steps - done),
        dataWaitShare: clock.dataWaitShare(),
      });
      const wantsValidation = control?.take('validate') ?? false;
      if (options.validate !== undefined && (done % validateEvery === 0 || isLast || wantsValidation)) {
        const validation = await options.validate(done);
        await run?.log({ type: 'validation', step: done, ...validation.metrics });
        onEvent?.({ type: 'validation', step: done, ...validation });
      }
      if (histogramEvery !== undefined && done % histogramEvery === 0) {
        onEvent?.({ type: 'histograms', step: done, values: await histograms() });
      }
      const wantsCheckpoint = control?.take('save') ?? false;
      if (done % checkpointEvery === 0 || isLast || wantsCheckpoint) await save();
    }
    // Interrupted, by now or in a pause.
    if (savedStep !== done) await save();
  } finally {
    await feed.close();
  }
  if (done === steps) await run?.finish();
  return {
    status: done === steps ? 'completed' : 'interrupted',
    step: done,
    skipped,
    seconds: clock.seconds(),
    dataWaitShare: clock.dataWaitShare(),
    ...(last === undefined ? {} : { last }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
}

/** Current values of every trained parameter. */
async function parameterValues(trainStep: TrainStep): Promise<Record<string, Float32Array>> {
  await trainStep.settle();
  return Object.fromEntries([...trainStep.weights()].map(([key, { data }]) => [key, data as Float32Array]));
}

/** Restores the state of the run folder's checkpoint, if there is one. */
function resume(trainStep: TrainStep, run: RunFolder | undefined): { step: number; skipped: number } {
  const checkpoint = run?.checkpoint;
  if (checkpoint === undefined) return { step: 0, skipped: 0 };
  const trained = new Set(trainStep.weights().keys());
  const weights = new Map<string, HostTensor>();
  for (const [key, tensor] of checkpoint.weights) if (trained.has(key)) weights.set(key, tensor);
  trainStep.restore(weights, { step: checkpoint.optimizerStep, slots: checkpoint.slots });
  return { step: checkpoint.step, skipped: checkpoint.skipped };
}

/** The first thing that is not finite: a term, the total or the gradient. */
function nonFiniteReason(result: StepResult): string {
  for (const [name, value] of Object.entries(result.terms)) {
    if (!Number.isFinite(value)) return `loss term "${name}" is ${value}`;
  }
  if (!Number.isFinite(result.total)) return `the total loss is ${result.total}, all its terms are finite`;
  return `the gradient's norm is ${result.gradientNorm}, the loss is finite`;
}

function stopError(step: number, reason: string, learningRate: number): TrainingError {
  return new TrainingError(`Step ${step}: ${reason} (learning rate ${learningRate}).`, {
    hint: 'The weights are as before this step. Lower the learning rate, clip the gradient, or leave such steps out ("skip").',
  });
}
