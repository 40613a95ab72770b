import { adacofConfigSchema } from '@vosvfi/models/adacof';
import { cdfiConfigSchema } from '@vosvfi/models/cdfi';
import { ifrnetConfigSchema } from '@vosvfi/models/ifrnet';
import { rifeConfigSchema } from '@vosvfi/models/rife';
import { mastConfigSchema } from '@vosvfi/vos/mast';
import { rvosConfigSchema } from '@vosvfi/vos/rvos';
import { z } from 'zod';

/** Initial weights: PyTorch's defaults as the official code, or ones that keep variances, for short runs from scratch. */
const initialization = z.enum(['official', 'he']).default('official');

/** What is trained: an interpolation network in an official size or with widths of its own, or a segmentation network. */
export const networkSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ifrnet_s'), initialization }),
  z.strictObject({ kind: z.literal('ifrnet'), initialization }),
  z.strictObject({ kind: z.literal('ifrnet_l'), initialization }),
  z.strictObject({ kind: z.literal('ifrnet_custom'), config: ifrnetConfigSchema, initialization }),
  z.strictObject({ kind: z.literal('adacof'), initialization }),
  z.strictObject({ kind: z.literal('adacof_plus'), initialization }),
  z.strictObject({ kind: z.literal('adacof_compressed'), initialization }),
  z.strictObject({ kind: z.literal('adacof_plus_compressed'), initialization }),
  z.strictObject({ kind: z.literal('adacof_custom'), config: adacofConfigSchema, initialization }),
  z.strictObject({ kind: z.literal('cdfi'), initialization }),
  z.strictObject({ kind: z.literal('cdfi_custom'), config: cdfiConfigSchema, initialization }),
  z.strictObject({ kind: z.literal('rife'), initialization }),
  z.strictObject({ kind: z.literal('rife_m'), initialization }),
  z.strictObject({ kind: z.literal('rife_custom'), config: rifeConfigSchema, initialization }),
  z.strictObject({ kind: z.literal('mast') }),
  z.strictObject({ kind: z.literal('mast_custom'), config: mastConfigSchema }),
  z.strictObject({ kind: z.literal('stcn_tiny') }),
  z.strictObject({ kind: z.literal('stcn') }),
  z.strictObject({ kind: z.literal('rvos') }),
  /** The one-shot network: the zero-shot one learns from several objects at a time, which batches here do not have. */
  z.strictObject({ kind: z.literal('rvos_custom'), config: rvosConfigSchema.omit({ variant: true }) }),
]);

/** A checked choice of network. */
export type NetworkRecipe = z.output<typeof networkSchema>;
