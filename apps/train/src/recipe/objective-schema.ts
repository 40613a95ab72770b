import { z } from 'zod';

const weight = z.number().min(0);

/** VOS-aware terms (VOS-VFI, ICCV 2023, eq. 1 to 4). */
const vosSchema = z.strictObject({
  /** False trains as without this block, on the same batches. */
  enabled: z.boolean().default(true),
  /** Weight of the two segmentation terms. */
  lambda1: weight.default(0.1),
  /** Weight of the consistency term. */
  lambda2: weight.default(0.1),
  /** The frozen segmentation network. */
  segmenter: z
    .strictObject({
      model: z.enum(['stcn', 'stcn_tiny']).default('stcn_tiny'),
      /** Default: the weights that come with VOSVFI, which exist for `stcn_tiny` only. */
      weights: z.string().min(1).optional(),
    })
    .prefault({}),
  /** Target of the consistency term: the forward mask, detached, or both ways. */
  consistency: z.enum(['detached', 'symmetric']).default('detached'),
  /** `hard` (argmax) gives no gradient, as the released official code. */
  masks: z.enum(['soft', 'hard']).default('soft'),
});

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
    kind: z.literal('stcn'),
    /** Share of each frame's pixels that count, the hardest ones (bootstrapped cross-entropy). */
    fraction: z.number().gt(0).max(1).default(1),
  }),
]);

/** Checked VOS-aware terms. */
export type VosRecipe = z.output<typeof vosSchema>;
/** A checked perceptual term. */
export type PerceptualRecipe = z.output<typeof perceptualSchema>;
/** Checked losses. */
export type ObjectiveRecipe = z.output<typeof objectiveSchema>;
