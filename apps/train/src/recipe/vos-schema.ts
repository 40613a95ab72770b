import { z } from 'zod';
import { segmenterIds } from '../segmenters/registry.js';

const weight = z.number().min(0);

/** Those of the paper, and those that the authors' released code has. */
const defaultWeights = { paper: { lambda1: 0.1, lambda2: 0.1 }, released: { lambda1: 1, lambda2: 1 } };

/** VOS-aware terms (VOS-VFI, ICCV 2023, eq. 1 to 4), and the switches of its ablations (Tables 6 and 7). */
export const vosSchema = z
  .strictObject({
    /** False trains as without this block, on the same batches. */
    enabled: z.boolean().default(true),
    /**
     * `paper`: soft masks, whose gradient trains the network. `released`: what the authors' released code computes, whose
     * gradient is zero.
     */
    mode: z.enum(['paper', 'released']).default('paper'),
    /** Which terms count (Table 6); what is left out is not computed. */
    terms: z.enum(['none', 'segmentation', 'consistency', 'both']).default('both'),
    /** Weight of the two segmentation terms. Default 0.1; in mode `released` 1. */
    lambda1: weight.optional(),
    /** Weight of the consistency term. Default 0.1; in mode `released` 1. */
    lambda2: weight.optional(),
    /** The frozen segmentation network (Table 7). */
    segmenter: z
      .strictObject({
        model: z.enum(segmenterIds).default('stcn_tiny'),
        /** Default: the weights that come with VOSVFI, which exist for `stcn_tiny` only. */
        weights: z.string().min(1).optional(),
      })
      .prefault({}),
    /** Target of the consistency term in mode `paper`: the forward mask, detached, or both ways. */
    consistency: z.enum(['detached', 'symmetric']).default('detached'),
    /** Order of the colours that the segmenter sees; `bgr`, as in the authors' released code, in mode `released` only. */
    channels: z.enum(['rgb', 'bgr']).default('rgb'),
  })
  .superRefine(({ mode, channels, consistency }, context) => {
    const report = (field: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [field], message });
    };
    if (mode === 'paper' && channels === 'bgr')
      report('channels', 'expected "rgb", because the mode is not "released"');
    if (mode === 'released' && consistency === 'symmetric') {
      report('consistency', 'expected "detached", because the mode is "released"');
    }
  })
  .transform((vos) => {
    const { lambda1, lambda2 } = defaultWeights[vos.mode];
    return { ...vos, lambda1: vos.lambda1 ?? lambda1, lambda2: vos.lambda2 ?? lambda2 };
  });

/** Checked VOS-aware terms. */
export type VosRecipe = z.output<typeof vosSchema>;
