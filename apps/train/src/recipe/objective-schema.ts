import { z } from 'zod';
import { vosSchema } from './vos-schema.js';

const weight = z.number().min(0);

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
    vos: vosSchema.optional(),
  }),
  z.strictObject({
    kind: z.literal('stcn'),
    /** Share of each frame's pixels that count, the hardest ones (bootstrapped cross-entropy). */
    fraction: z.number().gt(0).max(1).default(1),
  }),
]);

/** Checked losses. */
export type ObjectiveRecipe = z.output<typeof objectiveSchema>;
