import { z } from 'zod';
import { isPerFrame, segmenterIds, segmenterIdsFor } from '../segmenters/registry.js';

const weight = z.number().min(0);

/** Those of the paper, and those that the authors' released code has. */
const defaultWeights = {
  paper: { lambda1: 0.1, lambda2: 0.1 },
  released: { lambda1: 1, lambda2: 1 },
  frames: { lambda1: 0.1, lambda2: 0 },
};

/** VOS-aware terms (VOS-VFI, ICCV 2023, eq. 1 to 4), and the switches of its ablations (Tables 6 and 7). */
export const vosSchema = z
  .strictObject({
    /** False trains as without this block, on the same batches. */
    enabled: z.boolean().default(true),
    /**
     * `paper`: soft masks, whose gradient trains the network. `released`: what the authors' released code computes, whose
     * gradient is zero. `frames`: what they are compared with (Fig. 5), the cross-entropy between the made frame's classes and
     * the true frame's, by a segmenter of single frames; needs no masks.
     */
    mode: z.enum(['paper', 'released', 'frames']).default('paper'),
    /**
     * Which terms count (Table 6); what is left out is not computed. Default `both`; in mode `frames`, which has one term,
     * `segmentation`.
     */
    terms: z.enum(['none', 'segmentation', 'consistency', 'both']).optional(),
    /** Weight of the two segmentation terms, or of the one of mode `frames`. Default 0.1; in mode `released` 1. */
    lambda1: weight.optional(),
    /** Weight of the consistency term. Default 0.1; in mode `released` 1. */
    lambda2: weight.optional(),
    /** Target of the term in mode `frames`: the true frame's probabilities (default), or its most probable class. */
    target: z.enum(['soft', 'hard']).optional(),
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
  .superRefine((vos, context) => {
    const report = (path: readonly string[], message: string): void => {
      context.addIssue({ code: 'custom', path: [...path], message });
    };
    const { mode, channels, consistency } = vos;
    if (mode !== 'released' && channels === 'bgr')
      report(['channels'], 'expected "rgb", because the mode is not "released"');
    if (mode !== 'paper' && consistency === 'symmetric') {
      report(['consistency'], `expected "detached", because the mode is "${mode}"`);
    }
    const use = mode === 'frames' ? 'frames' : 'objects';
    if (isPerFrame(vos.segmenter.model) !== (use === 'frames')) {
      const names = segmenterIdsFor(use).join(', ');
      const what = use === 'frames' ? 'a segmenter of single frames' : 'a segmenter that follows objects';
      report(['segmenter', 'model'], `expected ${what} (${names}), because the mode is "${mode}"`);
    }
    if (mode !== 'frames') {
      if (vos.target !== undefined) report(['target'], 'expected nothing, because the mode is not "frames"');
      return;
    }
    if (vos.terms === 'consistency' || vos.terms === 'both') {
      report(
        ['terms'],
        'expected "segmentation" or "none", because the mode is "frames", which has no consistency term',
      );
    }
    if ((vos.lambda2 ?? 0) !== 0) {
      report(['lambda2'], 'expected nothing, because the mode is "frames", which has no consistency term');
    }
  })
  .transform((vos) => {
    const { lambda1, lambda2 } = defaultWeights[vos.mode];
    return {
      ...vos,
      terms: vos.terms ?? (vos.mode === 'frames' ? ('segmentation' as const) : ('both' as const)),
      lambda1: vos.lambda1 ?? lambda1,
      lambda2: vos.lambda2 ?? lambda2,
    };
  });

/** Checked VOS-aware terms. */
export type VosRecipe = z.output<typeof vosSchema>;
