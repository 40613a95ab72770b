import { sceneConfigSchema } from '@vosvfi/data';
import { testMetrics } from '@vosvfi/eval';
import { z } from 'zod';

const count = z.int().min(1);
const seed = z.int().min(0).max(0xffffffff);

/** Names of variants, choices and test sets: they become names of folders. */
const name = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]*$/, 'expected letters, digits, "_", "-" and ".", beginning with a letter or digit');

/** `key.path: value` of a recipe, as `--set` takes them. */
const changes = z.record(z.string().min(1), z.unknown());
const choices = z.record(name, changes);

/** A variant by its name, or what it chose on some of the axes. */
const selectorSchema = z.union([name, z.record(name, name)]);

/** Pictures are shrunk by the smallest whole factor that brings their longer side to at most so many pixels. */
const maxSide = z.int().min(16).optional();

const testSetSchema = z.discriminatedUnion('kind', [
  /** Synthetic scenes of a seed that is no run's. */
  z.strictObject({
    kind: z.literal('synthetic'),
    seed,
    count,
    height: z.int().min(16).max(4096),
    width: z.int().min(16).max(4096),
    scene: sceneConfigSchema.omit({ height: true, width: true }).prefault({}),
  }),
  /** Folder in the layout of DAVIS, with or without annotations, or a folder of frames. */
  z.strictObject({
    kind: z.literal('sequences'),
    folder: z.string().min(1),
    /** Names of the sequences; default: all. */
    sequences: z.array(z.string().min(1)).min(1).optional(),
    /** The first so many frames of each. */
    maxFrames: z.int().min(3).optional(),
    maxSide,
  }),
  /** Videos without masks. */
  z.strictObject({
    kind: z.literal('videos'),
    files: z.array(z.string().min(1)).min(1),
    /** So many frames of each. */
    maxFrames: z.int().min(3).default(31),
    /** The first of them, counted from 0. */
    start: z.int().min(0).default(0),
    maxSide,
  }),
]);

/**
 * A study: one recipe in several variants, each with several seeds, and what the trained networks are tested on.
 * Paths are relative to the working folder.
 */
export const studySchema = z
  .strictObject({
    name,
    /** What all variants have in common: a recipe file, the name of one that comes along, or a recipe itself. */
    base: z.union([z.string().min(1), z.record(z.string(), z.unknown())]),
    /** Variants by name, each with its changes to the base. */
    variants: choices.optional(),
    /** Instead of `variants`: every combination of one choice of each axis; later axes change the earlier ones' result. */
    axes: z.record(name, choices).optional(),
    /** Combinations to leave out. */
    exclude: z.array(selectorSchema).default([]),
    seeds: z.array(seed).min(1),
    /** What differences are taken to: a variant, or a choice that takes the place of each variant's own. */
    reference: selectorSchema.optional(),
    /**
     * Trains `variant` once more with as many steps as take the time that `reference` takes. The ratio of their step times
     * is measured at the start, in alternating short runs.
     */
    equalTime: z.strictObject({ variant: selectorSchema, reference: selectorSchema }).optional(),
    calibration: z.strictObject({ rounds: count.default(3), steps: z.int().min(4).default(12) }).prefault({}),
    /** Test sets by name. */
    evaluate: z.record(name, testSetSchema).default({}),
    metrics: z
      .array(z.enum(testMetrics))
      .min(1)
      .default([...testMetrics]),
    /** Measures J and F on the made frames. */
    segmenter: z
      .strictObject({
        model: z.enum(['stcn', 'stcn_tiny']).default('stcn_tiny'),
        weights: z.string().min(1).optional(),
      })
      .prefault({}),
    /** Pixels around an outline that count for `boundaryPsnr`. */
    bandRadius: z.int().min(0).default(3),
  })
  .superRefine((study, context) => {
    const report = (path: string[], message: string): void => {
      context.addIssue({ code: 'custom', path, message });
    };
    if ((study.variants === undefined) === (study.axes === undefined)) {
      report(['variants'], 'expected either "variants" or "axes"');
    }
    for (const key of ['variants', 'axes'] as const) {
      if (study[key] !== undefined && Object.keys(study[key]).length === 0) report([key], 'expected at least one');
    }
    if (new Set(study.seeds).size < study.seeds.length) report(['seeds'], 'expected each seed once');
  });

/** A checked study with all defaults filled in. */
export type Study = z.output<typeof studySchema>;
/** A checked test set. */
export type TestSet = z.output<typeof testSetSchema>;
/** See {@link studySchema}. */
export type Selector = z.output<typeof selectorSchema>;
