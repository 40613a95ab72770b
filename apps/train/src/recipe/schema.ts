import { engineIds } from '@vosvfi/runtime/engine';
import { z } from 'zod';
import { canBeDrawnAnew, datasetSchema } from './dataset-schema.js';
import { networkSchema } from './network-schema.js';
import { objectiveOfNetwork } from './objective-of-network.js';
import { objectiveSchema } from './objective-schema.js';
import { earlyStopSchema, emaSchema, keepBestSchema, optimizerSchema, scheduleSchema } from './training-schema.js';

const count = z.int().min(1);

/**
 * A recipe: everything that decides what a run computes. Paths in it are relative to the working folder.
 * Defaults are filled in; the result is what a run folder's `recipe.yaml` holds.
 */
export const recipeSchema = z
  .strictObject({
    /** Decides initial weights, batches and augmentation. */
    seed: z.int().min(0).max(0xffffffff).default(0),
    /** Optimizer steps of the whole run. */
    steps: count,
    batchSize: count,
    /** Micro-batches that each batch is computed in, to save memory; the update is that of the whole batch. Without it, 1. */
    accumulate: count.optional(),
    network: networkSchema,
    /** Safetensors or .pth file, run folder or checkpoint to start from; without it, random weights. */
    weights: z.string().min(1).optional(),
    dataset: datasetSchema,
    objective: objectiveSchema,
    optimizer: optimizerSchema,
    schedule: scheduleSchema,
    /** Largest global L2 norm of the gradient; without it, gradients are not clipped. */
    clipNorm: z.number().gt(0).optional(),
    /** Moving average of the weights; without it, none is kept. */
    ema: emaSchema.optional(),
    /** A loss or gradient that is not finite: end the run, or leave the step out and count it. */
    nonFinite: z.enum(['stop', 'skip']).default('stop'),
    /** Where the steps run: compiled (`graph`) or eagerly on a TensorFlow.js back-end. */
    engine: z.enum(engineIds).default('graph'),
    validation: z
      .strictObject({
        /** Steps between validations; there is one at the end in any case. */
        every: count,
        /** Samples, rounded up to whole batches. */
        samples: count,
        /** Samples of which pictures are kept at every validation. */
        pictures: z.int().min(0).max(64).default(4),
        /** Default: the data set of the recipe with another seed, which only synthetic scenes have. */
        dataset: datasetSchema.optional(),
      })
      .optional(),
    /** Without it, all steps are done. */
    earlyStop: earlyStopSchema.optional(),
    /** Checkpoint that is never removed; without it, that with the best metric of `earlyStop`, if that is given. */
    keepBest: keepBestSchema.optional(),
    /** Steps between histograms of the weights in the TensorBoard files; without it, as often as validation. */
    histogramEvery: count.optional(),
    /** Steps between lines of `metrics.jsonl`. */
    logEvery: count.default(10),
    /** Steps between checkpoints. */
    checkpointEvery: count.default(1000),
    /** Checkpoints kept. */
    keepLast: count.default(3),
    /** No room for a checkpoint or metrics: end the run, or warn and try again with the next. Without it, `stop`. */
    storageFailure: z.enum(['stop', 'retry']).optional(),
  })
  .superRefine((recipe, context) => {
    const report = (path: string[], message: string): void => {
      context.addIssue({ code: 'custom', path, message, input: recipe });
    };
    const fitting = objectiveOfNetwork[recipe.network.kind];
    if (recipe.objective.kind !== fitting) {
      report(['objective', 'kind'], `expected "${fitting}" for network "${recipe.network.kind}"`);
    }
    if (recipe.validation !== undefined && recipe.validation.dataset === undefined && !canBeDrawnAnew(recipe.dataset)) {
      report(['validation', 'dataset'], 'expected a data set, because only synthetic scenes can be drawn anew');
    }
    for (const field of ['earlyStop', 'keepBest'] as const) {
      if (recipe[field] !== undefined && recipe.validation === undefined) {
        report(['validation'], `expected one, because ${field} watches its metrics`);
      }
    }
    if (recipe.batchSize % (recipe.accumulate ?? 1) !== 0) {
      report(['accumulate'], `expected a divisor of batchSize, which is ${recipe.batchSize}`);
    }
    if (recipe.schedule.warmUp >= recipe.steps) {
      report(['schedule', 'warmUp'], `expected fewer than the run's ${recipe.steps} steps`);
    }
  });

/** A checked recipe with all defaults filled in. */
export type Recipe = z.output<typeof recipeSchema>;
/** A recipe as written, without what has defaults. */
export type RecipeInput = z.input<typeof recipeSchema>;
