import { type BatchSource, type HostTensor, TrainingError, type WeightMap } from '@vosvfi/core';
import type { StepResult, TrainStep } from '@vosvfi/runtime';
import { checkCount } from './check.js';
import { createPace } from './pace.js';
import { prefetch } from './prefetch.js';
import type { RunFolder } from './run-folder.js';
import type { Schedule } from './schedules.js';

/** What {@link train} reports while it runs. `step` is the number of steps done. */
export type TrainEvent =
  | {
      readonly type: 'progress';
      readonly step: number;
      readonly steps: number;
      readonly learningRate: number;
      readonly total: number;
      readonly terms: Readonly<Record<string, number>>;
      /** Over the last steps, saving and validation included. */
      readonly secondsPerStep: number;
      readonly etaSeconds: number;
      /** Share of the time so far that was spent waiting for batches, 0..1. */
      readonly dataWaitShare: number;
    }
  | { readonly type: 'validation'; readonly step: number; readonly metrics: Readonly<Record<string, number>> }
  | { readonly type: 'checkpoint'; readonly step: number; readonly path: string }
  | { readonly type: 'skipped'; readonly step: number; readonly reason: string };

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
  readonly validate?: (step: number) => Promise<Readonly<Record<string, number>>>;
  /** Default: only after the last step. */
  readonly validateEvery?: number;
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
  readonly onEvent?: (event: TrainEvent) => void;
}

/** How a run ended. */
export interface TrainSummary {
  readonly status: 'completed' | 'interrupted';
  readonly step: number;
  /** Steps left out because a value was not finite, over the whole run. */
  readonly skipped: number;
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
  const { step: trainStep, batches, steps, schedule, run, signal, onEvent } = options;
  const { logEvery = 10, checkpointEvery = 1000, validateEvery = steps, skipLimit = 20 } = options;
  for (const [path, value] of Object.entries({ steps, logEvery, checkpointEvery, validateEvery, skipLimit })) {
    checkCount(path, value);
  }
  let { step: done, skipped } = resume(trainStep, run);
  let skippedInRow = 0;
  let waited = 0;
  let last: TrainSummary['last'];
  let checkpoint: string | undefined = run?.checkpoint?.path;
  const started = now();
  const pace = createPace(started);
  const feed = prefetch(batches, done, steps, options.prefetch ?? 2);

  const save = async (): Promise<void> => {
    if (run === undefined) return;
    await trainStep.settle();
    const { step: optimizerStep, slots } = trainStep.state();
    const trained = trainStep.weights();
    const weights = options.completeWeights?.(trained) ?? trained;
    checkpoint = await run.save({ step: done, optimizerStep, skipped, weights, slots });
    onEvent?.({ type: 'checkpoint', step: done, path: checkpoint });
  };

  try {
    while (done < steps && !signal?.aborted) {
      const learningRate = schedule(done);
      const waiting = now();
      const batch = await feed.next();
      waited += now() - waiting;
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

      pace.stepEnded(now());
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
        secondsPerStep: pace.secondsPerStep() ?? 0,
        etaSeconds: pace.etaSeconds(steps - done) ?? 0,
        dataWaitShare: share(waited, now() - started),
      });
      if (options.validate !== undefined && (done % validateEvery === 0 || isLast)) {
        const metrics = await options.validate(done);
        await run?.log({ type: 'validation', step: done, ...metrics });
        onEvent?.({ type: 'validation', step: done, metrics });
      }
      if (done % checkpointEvery === 0 || isLast || signal?.aborted) await save();
    }
  } finally {
    await feed.close();
  }
  if (done === steps) await run?.finish();
  const seconds = now() - started;
  return {
    status: done === steps ? 'completed' : 'interrupted',
    step: done,
    skipped,
    seconds,
    dataWaitShare: share(waited, seconds),
    ...(last === undefined ? {} : { last }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
}

function now(): number {
  return performance.now() / 1000;
}

function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
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
