import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recipe } from '../recipe/schema.js';
import { runTraining } from '../session.js';
import { collectStepTimes, medianOf } from './step-times.js';
import type { EqualTime } from './variants.js';

/** How much longer a step of one variant takes than one of another, and the steps that follow from it. */
export interface Calibration extends EqualTime {
  /** Median seconds of a step. */
  readonly variantSecondsPerStep: number;
  readonly referenceSecondsPerStep: number;
  /** Reference over variant. */
  readonly ratio: number;
  /** Steps of the additional variant. */
  readonly steps: number;
}

/** How {@link calibrate} measures. */
export interface CalibrationOptions {
  /** Folder for the short runs; removed afterwards. */
  readonly folder: string;
  readonly rounds: number;
  readonly steps: number;
  readonly signal?: AbortSignal;
}

/**
 * Measures the step times of two variants in short runs that alternate, so that a machine that becomes slower or faster
 * meanwhile does so for both.
 */
export async function calibrate(
  pair: EqualTime,
  recipes: ReadonlyMap<string, Recipe>,
  { folder, rounds, steps, signal }: CalibrationOptions,
): Promise<Calibration> {
  const times = new Map<string, number[]>([pair.variant, pair.reference].map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, seconds] of times) {
      const collected = collectStepTimes();
      const runFolder = join(folder, name);
      await rm(runFolder, { recursive: true, force: true });
      await runTraining(shortRun(recipes.get(name) as Recipe, steps), {
        runFolder,
        onEvent: collected.onEvent,
        ...(signal === undefined ? {} : { signal }),
      });
      signal?.throwIfAborted();
      seconds.push(...collected.seconds);
    }
  }
  await rm(folder, { recursive: true, force: true });
  const [variantSecondsPerStep, referenceSecondsPerStep] = [pair.variant, pair.reference].map((name) =>
    medianOf(times.get(name) ?? []),
  ) as [number, number];
  const ratio = referenceSecondsPerStep / variantSecondsPerStep;
  const { steps: whole } = recipes.get(pair.variant) as Recipe;
  return {
    ...pair,
    variantSecondsPerStep,
    referenceSecondsPerStep,
    ratio,
    steps: Math.max(1, Math.round(whole * ratio)),
  };
}

function shortRun({ validation: _validation, ...recipe }: Recipe, steps: number): Recipe {
  return {
    ...recipe,
    steps,
    schedule: { kind: 'constant', rate: 1e-5, warmUp: 0 },
    checkpointEvery: steps,
    logEvery: steps,
  };
}

/** `recipe` with other steps; a schedule that counts steps is stretched with them. */
export function withSteps(recipe: Recipe, steps: number): Recipe {
  const { schedule } = recipe;
  if (schedule.kind !== 'step') return { ...recipe, steps };
  const every = Math.max(1, Math.round((schedule.every * steps) / recipe.steps));
  return { ...recipe, steps, schedule: { ...schedule, every } };
}
