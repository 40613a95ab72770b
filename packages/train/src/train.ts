import type { BatchSource, WeightMap } from '@vosvfi/core';
import type { TrainStep } from '@vosvfi/runtime';
import { checkCount } from './check.js';
import { startClock } from './clock.js';
import type { TrainControl } from './control.js';
import type { TrainEvent, Validation } from './events.js';
import { explainFailure, type FailureFacts, failureReport, type StepFailure, stopError } from './non-finite.js';
import { prefetch } from './prefetch.js';
import type { RunFolder } from './run-folder.js';
import { captureState, currentWeights, parameterValues, restoreState } from './run-state.js';
import type { Schedule } from './schedules.js';
import { storagePolicy } from './storage-policy.js';
import { type BestValidation, type WatchOptions, watchValidations } from './validation-watch.js';

/** Inputs of {@link train}. */
export interface TrainOptions extends WatchOptions {
  readonly step: TrainStep;
  readonly batches: BatchSource;
  /** Steps of the whole run, those before a resume included. */
  readonly steps: number;
  readonly schedule: Schedule;
  /** Where checkpoints and metrics go, and what a resumed run starts from. Without it nothing is written. */
  readonly run?: RunFolder;
  /** Write a metrics line every so many steps (and at the last). Default 10. */
  readonly logEvery?: number;
  /**
   * Save every so many steps. A checkpoint is also written at the end, when interrupted, at the best validation (see
   * {@link WatchOptions.keepBest}), and before a step that ends the run because a value is not finite. Default 1000.
   */
  readonly checkpointEvery?: number;
  /** Given steps done and the state dict to validate: the moving averages if the optimizer keeps them (`withEma`). */
  readonly validate?: (step: number, weights: WeightMap) => Promise<Validation>;
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
  /**
   * When a checkpoint or metrics cannot be written for want of storage: end with an error (default), or warn and try again
   * with the next one. The last checkpoint must succeed either way.
   */
  readonly storageFailure?: 'stop' | 'retry';
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
  /** Why: all steps were done, validations showed no more progress, or `signal` aborted. */
  readonly endedBy: 'steps' | 'early-stop' | 'signal';
  /** What the early stop found, as text. */
  readonly reason?: string;
  readonly step: number;
  /** The best validation of the whole run, if it watches for it. */
  readonly best?: BestValidation;
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
 * @throws TrainingError naming term and step if a loss or gradient is not finite (see {@link TrainOptions.nonFinite});
 *   EnvironmentError if a checkpoint or metrics cannot be written.
 */
export async function train(options: TrainOptions): Promise<TrainSummary> {
  const { step: trainStep, batches, steps, schedule, run, control, signal, onEvent } = options;
  const { logEvery = 10, checkpointEvery = 1000, validateEvery = steps, histogramEvery, skipLimit = 20 } = options;
  for (const [path, value] of Object.entries({ steps, logEvery, checkpointEvery, validateEvery, skipLimit })) {
    checkCount(path, value);
  }
  if (histogramEvery !== undefined) checkCount('histogramEvery', histogramEvery);
  const histograms = options.histograms ?? (() => parameterValues(trainStep));
  const complete = options.completeWeights ?? ((trained: WeightMap) => trained);
  const watch = watchValidations(options, run?.checkpoint?.validation);
  let { step: done, skipped } = await restoreState(trainStep, run?.checkpoint);
  let skippedInRow = 0;
  let last: TrainSummary['last'];
  let checkpoint: string | undefined = run?.checkpoint?.path;
  let savedStep = done;
  const clock = startClock();
  const feed = prefetch(batches, done, steps, options.prefetch ?? 2);
  const storage = storagePolicy(
    options.storageFailure ?? 'stop',
    (event) => onEvent?.(event),
    () => done,
  );
  const log: RunFolder['log'] = (record) => storage.attempt(async () => await run?.log(record));

  const saveNow = async (): Promise<void> => {
    if (run === undefined) return;
    const state = await captureState(trainStep, complete);
    checkpoint = await run.save({ step: done, skipped, ...watch.saved(), ...state });
    savedStep = done;
    onEvent?.({ type: 'checkpoint', step: done, path: checkpoint });
  };
  /** Ends the run at a step that was not applied, with the state before it saved. */
  const fail = async (failure: StepFailure, after: string, facts: FailureFacts): Promise<never> => {
    const warn = (event: TrainEvent) => onEvent?.(event);
    // What cannot be saved now must not hide why the run ends.
    const rescue = storagePolicy('retry', warn, () => done);
    let report: string | undefined;
    await rescue.attempt(async () => {
      report = await run?.reportFailure(failureReport(failure, { step: done, ...facts }));
    });
    done -= 1;
    if (savedStep !== done && failure.brokenWeight === undefined) await rescue.attempt(saveNow);
    throw stopError(done + 1, failure, { ...facts, after, report });
  };

  try {
    while (done < steps && watch.end === undefined && !signal?.aborted) {
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
        await trainStep.settle();
        const names = await batches.names?.(done - 1);
        const facts = { learningRate, result, batch, names, weights: trainStep.weights() };
        const failure = explainFailure(facts);
        skippedInRow += 1;
        if (options.nonFinite !== 'skip') await fail(failure, '', facts);
        if (skippedInRow >= skipLimit) await fail(failure, `, ${skippedInRow} steps in a row`, facts);
        skipped += 1;
        await log({ type: 'skipped', step: done, reason: failure.reason });
        onEvent?.({ type: 'skipped', step: done, reason: failure.reason });
      }

      clock.stepEnded();
      const isLast = done === steps;
      const { total, terms, gradientNorm } = result;
      if (result.applied && (done % logEvery === 0 || isLast)) {
        await log({ type: 'train', step: done, learningRate, total, terms, gradientNorm });
      }
      onEvent?.({
        type: 'progress',
        ...{ step: done, steps, learningRate, total, terms, gradientNorm, skipped },
        secondsPerStep: clock.secondsPerStep(),
        etaSeconds: clock.etaSeconds(steps - done),
        dataWaitShare: clock.dataWaitShare(),
      });
      let isBest = false;
      const wantsValidation = control?.take('validate') ?? false;
      if (options.validate !== undefined && (done % validateEvery === 0 || isLast || wantsValidation)) {
        const validation = await options.validate(done, await currentWeights(trainStep, complete));
        isBest = watch.note(done, validation.metrics);
        await log({ type: 'validation', step: done, ...validation.metrics });
        onEvent?.({ type: 'validation', step: done, ...validation });
      }
      if (histogramEvery !== undefined && done % histogramEvery === 0) {
        onEvent?.({ type: 'histograms', step: done, values: await histograms() });
      }
      const wantsCheckpoint = control?.take('save') ?? false;
      if (done % checkpointEvery === 0 || isBest || wantsCheckpoint) {
        await storage.attempt(saveNow, () => isBest && watch.revertBest());
      }
    }
    // The last state, however the loop ended. This must succeed.
    if (savedStep !== done) await saveNow();
  } finally {
    await feed.close();
  }
  const reason = watch.end;
  const isComplete = done === steps || reason !== undefined;
  if (isComplete) await run?.finish();
  return {
    status: isComplete ? 'completed' : 'interrupted',
    endedBy: done === steps ? 'steps' : reason === undefined ? 'signal' : 'early-stop',
    ...(reason === undefined ? {} : { reason }),
    step: done,
    ...(watch.best === undefined ? {} : { best: watch.best }),
    skipped,
    seconds: clock.seconds(),
    dataWaitShare: clock.dataWaitShare(),
    ...(last === undefined ? {} : { last }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
}
