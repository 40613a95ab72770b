import { ConfigError } from '@vosvfi/core';
import { z } from 'zod';
import { compressedChannels, evenChannels, type KernelChannels, kernelChannelsSchema } from './channels.js';

/** Everything that tells one AdaCoF from another. */
export const adacofConfigSchema = z.strictObject({
  /**
   * Width of the first level, all others in AdaCoF's proportions (32 in the official networks), or every channel; see
   * {@link kernelChannelsSchema}.
   */
  channels: z.union([z.int().min(1).max(256), kernelChannelsSchema]),
  /** Taps are a square of this many rows and columns. */
  kernelSize: z.int().min(1).max(31),
  /** Pixels between neighbouring taps. */
  dilation: z.int().min(1).max(16).default(1),
  /**
   * `exact`: derivatives of what the operator computes. `official`: what the official CUDA code gives, which passes no
   * gradient to the frames that are sampled; weights train the same either way, since AdaCoF's frames depend on none.
   */
  gradient: z.enum(['exact', 'official']).default('exact'),
});

/** See {@link adacofConfigSchema}. */
export type AdacofConfig = z.infer<typeof adacofConfigSchema>;

/**
 * Official networks. `adacof` and `adacof_plus`: Lee et al., CVPR 2020, 21.8 and 22.9 million parameters.
 * `adacof_compressed` and `adacof_plus_compressed`: their pruned versions of CDFI (Ding et al., CVPR 2021), 2.5 and 2.6
 * million.
 */
export const adacofPresets = {
  adacof: { channels: 32, kernelSize: 5, dilation: 1, gradient: 'exact' },
  adacof_plus: { channels: 32, kernelSize: 11, dilation: 2, gradient: 'exact' },
  adacof_compressed: { channels: compressedChannels, kernelSize: 5, dilation: 1, gradient: 'exact' },
  adacof_plus_compressed: { channels: compressedChannels, kernelSize: 11, dilation: 2, gradient: 'exact' },
} as const satisfies Record<string, AdacofConfig>;

/** Name of an official network. */
export type AdacofPreset = keyof typeof adacofPresets;

/**
 * A checked configuration.
 * @throws ConfigError naming the field that is missing, unknown or out of range.
 */
export function parseAdacofConfig(config: unknown): AdacofConfig {
  const result = adacofConfigSchema.safeParse(config);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new ConfigError(['adacof', ...(issue?.path ?? [])].join('.'), issue?.message ?? 'is invalid', {
    cause: result.error,
  });
}

/** Every channel of a configuration. */
export function channelsOf({ channels, kernelSize }: AdacofConfig): KernelChannels {
  return typeof channels === 'number' ? evenChannels(channels, kernelSize) : channels;
}
