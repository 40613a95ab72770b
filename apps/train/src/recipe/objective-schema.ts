import { z } from 'zod';
import { vosSchema } from './vos-schema.js';

const weight = z.number().min(0);

/** Squared difference of VGG16 features (official AdaCoF and CDFI code: `VGG`). */
const perceptualSchema = z.strictObject({
  weight,
  /** File with torchvision's weights of `vgg16`; it does not come with VOSVFI. */
  weights: z.string().min(1),
});

/** The losses. */
export const objectiveSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('ifrnet'),
    geometryWeight: weight.default(0.01),
    distillationWeight: weight.default(0.01),
    /** Distil the flows of the data set. */
    distillation: z.boolean().default(false),
    vos: vosSchema.optional(),
  }),
  z.strictObject({
    kind: z.literal('adacof'),
    /** Of the smoothness of offsets. */
    spatialWeight: weight.default(0.01),
    /** Of the smoothness of the occlusion map. */
    occlusionWeight: weight.default(0.005),
    perceptual: perceptualSchema.optional(),
    vos: vosSchema.optional(),
  }),
  z.strictObject({
    kind: z.literal('rife'),
    /** The authors train RIFE with 0.01, RIFE_m with 0.005 or 0.002. */
    distillationWeight: weight.default(0.01),
    vos: vosSchema.optional(),
  }),
  z.strictObject({
    kind: z.literal('mast'),
    /** Windows that colours are copied from have (2 radius + 1)^2 places, every fourth pixel (official code: 6). */
    radius: z.int().min(1).max(32).default(6),
  }),
  z.strictObject({
    kind: z.literal('stcn'),
    /** Share of each frame's pixels that count, the hardest ones (bootstrapped cross-entropy). */
    fraction: z.number().gt(0).max(1).default(1),
  }),
  z.strictObject({
    kind: z.literal('rvos'),
    /** What the network is told about the frame before: its true mask (the official first stage), or the one it found. */
    previous: z.enum(['given', 'found']).default('given'),
  }),
]);

/** A checked perceptual term. */
export type PerceptualRecipe = z.output<typeof perceptualSchema>;
/** Checked losses. */
export type ObjectiveRecipe = z.output<typeof objectiveSchema>;
