import { z } from 'zod';

const channels = z.int().min(1).max(4096);

/** Outputs of three convolutions that follow one another. */
const chain = z.tuple([channels, channels, channels]);

/** Names of the heads that make the maps of one collaboration of flows for each frame, in the order of the state dict. */
export const setHeads = ['weight1', 'alpha1', 'beta1', 'weight2', 'alpha2', 'beta2'] as const;

const setChains = z.strictObject({
  weight1: chain,
  alpha1: chain,
  beta1: chain,
  weight2: chain,
  alpha2: chain,
  beta2: chain,
  /** The head of the map that says which frame a pixel is seen in. */
  occlusion: chain,
});

/**
 * Channels of a kernel estimator. Convolutions that the official code ties to others (inputs, what the skips add up with,
 * the last ones of the heads) follow from these.
 */
export const kernelChannelsSchema = z.strictObject({
  /** Blocks at full, 1/2, 1/4, 1/8 and 1/16 size (`moduleConv1` to `moduleConv5`). */
  encoder: z.tuple([chain, chain, chain, chain, chain]),
  /** Blocks at 1/32, 1/16, 1/8 and 1/4 size (`moduleDeconv5` to `moduleDeconv2`). */
  decoder: z.tuple([chain, chain, chain, chain]),
  /** Heads at 1/2 size. */
  heads: setChains,
});

/** See {@link kernelChannelsSchema}. */
export type KernelChannels = z.infer<typeof kernelChannelsSchema>;

/** Outputs of three convolutions that follow one another. */
export type Chain = readonly [number, number, number];

/**
 * Channels of a kernel estimator for any set of heads: what the blocks of this folder read. {@link KernelChannels} is one;
 * CDFI adds a head `blend`.
 */
export interface EstimatorChannels {
  readonly encoder: readonly [Chain, Chain, Chain, Chain, Chain];
  readonly decoder: readonly [Chain, Chain, Chain, Chain];
  /** By name; the order is that of the state dict. */
  readonly heads: Readonly<Record<string, Chain>>;
}

/**
 * Channels in AdaCoF's proportions: `width`, 2, 4, 8 and 16 times `width` down the encoder and back, heads of 2 `width` that end
 * with a channel a tap. The official networks have width 32.
 */
export function evenChannels(width: number, kernelSize: number): KernelChannels {
  const even = (factor: number): [number, number, number] => [width * factor, width * factor, width * factor];
  const head = (): [number, number, number] => [width * 2, width * 2, kernelSize ** 2];
  return {
    encoder: [even(1), even(2), even(4), even(8), even(16)],
    decoder: [even(16), even(8), even(4), even(2)],
    heads: {
      weight1: head(),
      alpha1: head(),
      beta1: head(),
      weight2: head(),
      alpha2: head(),
      beta2: head(),
      occlusion: even(2),
    },
  };
}

/**
 * Channels of the compressed AdaCoF of CDFI (Ding et al., CVPR 2021), found there by pruning; those of its official code
 * (`models/compressed_adacof.py`). The same for both kernel sizes.
 */
export const compressedChannels: KernelChannels = {
  encoder: [
    [24, 24, 24],
    [48, 48, 51],
    [99, 97, 94],
    [156, 142, 159],
    [92, 72, 121],
  ],
  decoder: [
    [99, 69, 36],
    [74, 83, 81],
    [83, 88, 72],
    [45, 47, 44],
  ],
  heads: {
    weight1: [51, 49, 21],
    alpha1: [50, 48, 20],
    beta1: [51, 50, 20],
    weight2: [50, 49, 20],
    alpha2: [50, 49, 20],
    beta2: [51, 50, 20],
    occlusion: [52, 51, 48],
  },
};
