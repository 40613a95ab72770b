import { ConfigError } from '@vosvfi/core';
import { z } from 'zod';
import { type CdfiChannels, cdfiChannelsSchema, evenCdfiChannels, officialChannels } from './channels.js';

const channels = z.int().min(1).max(4096);

/** Everything that tells one CDFI from another. */
export const cdfiConfigSchema = z
  .strictObject({
    /**
     * Channels of the kernel estimator: the width of its first level, all others in AdaCoF's proportions, or every one; see
     * {@link cdfiChannelsSchema}.
     */
    channels: z.union([z.int().min(1).max(256), cdfiChannelsSchema]),
    /** Channels of the features that are sampled like the frames, from the full size to 1/16. */
    features: z.tuple([channels, channels, channels, channels, channels]).default([4, 8, 12, 16, 20]),
    /** Channels of the synthesis (GridNet) at full, half and quarter size. */
    grid: z.tuple([channels, channels, channels]).default([32, 64, 96]),
    /** Taps are a square of this many rows and columns. */
    kernelSize: z.int().min(1).max(31),
    /** Pixels between neighbouring taps. */
    dilation: z.int().min(1).max(16).default(1),
    /**
     * `exact`: derivatives of what the operator computes. `official`: what the official CUDA code gives, which has no gradient
     * for what is sampled and counts three channels only. The convolutions that make the features then never leave their
     * initial values, and most of the features' channels do not count for weights and offsets. For repeating official
     * training runs; nothing else is better with it.
     */
    gradient: z.enum(['exact', 'official']).default('exact'),
  })
  .refine(({ kernelSize, dilation }) => ((kernelSize - 1) * dilation) % 2 === 0, {
    path: ['kernelSize'],
    message: 'expected an odd number, or an even dilation: as many samples lie before a pixel as after it',
  });

/** See {@link cdfiConfigSchema}. */
export type CdfiConfig = z.infer<typeof cdfiConfigSchema>;

/** The official network (Ding et al., CVPR 2021): 5.0 million parameters. */
export const cdfiPresets = {
  cdfi: {
    channels: officialChannels,
    features: [4, 8, 12, 16, 20],
    grid: [32, 64, 96],
    kernelSize: 11,
    dilation: 2,
    gradient: 'exact',
  },
} as const satisfies Record<string, CdfiConfig>;

/** Name of an official network. */
export type CdfiPreset = keyof typeof cdfiPresets;

/**
 * A checked configuration.
 * @throws ConfigError naming the field that is missing, unknown or out of range.
 */
export function parseCdfiConfig(config: unknown): CdfiConfig {
  const result = cdfiConfigSchema.safeParse(config);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new ConfigError(['cdfi', ...(issue?.path ?? [])].join('.'), issue?.message ?? 'is invalid', {
    cause: result.error,
  });
}

/** Every channel of a configuration's kernel estimator. */
export function channelsOf({ channels, kernelSize }: CdfiConfig): CdfiChannels {
  return typeof channels === 'number' ? evenCdfiChannels(channels, kernelSize) : channels;
}
