import { z } from 'zod';
import { evenChannels, kernelChannelsSchema } from '../adacof/channels.js';

const channels = z.int().min(1).max(4096);

/** Channels of CDFI's kernel estimator: those of AdaCoF's and a head for the blend of synthesized and sampled frame. */
export const cdfiChannelsSchema = kernelChannelsSchema.extend({
  heads: kernelChannelsSchema.shape.heads.extend({ blend: z.tuple([channels, channels, channels]) }),
});

/** See {@link cdfiChannelsSchema}. */
export type CdfiChannels = z.infer<typeof cdfiChannelsSchema>;

/** {@link evenChannels} with a head `blend` like the one of `occlusion`. */
export function evenCdfiChannels(width: number, kernelSize: number): CdfiChannels {
  const even = evenChannels(width, kernelSize);
  return { ...even, heads: { ...even.heads, blend: [...even.heads.occlusion] } };
}

const tapHead = (): [number, number, number] => [52, 49, 21];
const shareHead = (): [number, number, number] => [52, 52, 48];

/** Channels that pruning left (Ding et al., CVPR 2021, sec. 3.1), as in the official code (`models/cdfi_adacof.py`). */
export const officialChannels: CdfiChannels = {
  encoder: [
    [24, 24, 24],
    [48, 48, 52],
    [99, 97, 95],
    [156, 142, 159],
    [92, 72, 121],
  ],
  decoder: [
    [99, 69, 36],
    [74, 83, 81],
    [83, 88, 72],
    [45, 45, 45],
  ],
  heads: {
    weight1: tapHead(),
    alpha1: tapHead(),
    beta1: tapHead(),
    weight2: tapHead(),
    alpha2: tapHead(),
    beta2: tapHead(),
    occlusion: shareHead(),
    blend: shareHead(),
  },
};
