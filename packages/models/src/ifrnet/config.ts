import { ConfigError } from '@vosvfi/core';
import { z } from 'zod';

const channels = z.int().min(1).max(4096);

/**
 * Widths of an IFRNet; everything else follows from them. Decoder 4 is `2 pyramid[3]` wide, decoder k below it
 * `3 pyramid[k - 1]`.
 */
export const ifrnetConfigSchema = z
  .strictObject({
    /** Encoder channels at 1/2, 1/4, 1/8 and 1/16 of the input size. */
    pyramid: z.tuple([channels, channels, channels, channels]),
    /** Channels that the decoders' residual blocks refine a second time; fewer than the narrowest decoder has. */
    side: channels,
    /** Kernel of the first convolution (odd). */
    firstKernel: z.int().min(1).max(15).default(3),
  })
  .refine(({ firstKernel }) => firstKernel % 2 === 1, { path: ['firstKernel'], message: 'expected an odd number' })
  .refine(({ pyramid, side }) => side < Math.min(2 * pyramid[3], 3 * Math.min(...pyramid.slice(0, 3))), {
    path: ['side'],
    message: 'expected fewer than the narrowest decoder (2 pyramid[3] or 3 pyramid[k])',
  });

/** Widths of an IFRNet, see {@link ifrnetConfigSchema}. */
export type IfrnetConfig = z.infer<typeof ifrnetConfigSchema>;

/** Official sizes (Kong et al., CVPR 2022): 2.8, 5.0 and 19.7 million parameters. */
export const ifrnetPresets = {
  ifrnet_s: { pyramid: [24, 36, 54, 72], side: 24, firstKernel: 3 },
  ifrnet: { pyramid: [32, 48, 72, 96], side: 32, firstKernel: 3 },
  ifrnet_l: { pyramid: [64, 96, 144, 192], side: 64, firstKernel: 7 },
} as const satisfies Record<string, IfrnetConfig>;

/** Name of an official size. */
export type IfrnetPreset = keyof typeof ifrnetPresets;

/**
 * A checked configuration.
 * @throws ConfigError naming the field that is missing, unknown or out of range.
 */
export function parseIfrnetConfig(config: unknown): IfrnetConfig {
  const result = ifrnetConfigSchema.safeParse(config);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new ConfigError(['ifrnet', ...(issue?.path ?? [])].join('.'), issue?.message ?? 'is invalid', {
    cause: result.error,
  });
}

/** Input, width and output channels of decoder `level` (4 is the coarsest). Outputs start with four flow channels. */
export function decoderChannels(
  { pyramid }: IfrnetConfig,
  level: 1 | 2 | 3 | 4,
): { input: number; width: number; output: number } {
  const features = pyramid[level - 1]!;
  const passed = level === 1 ? 4 : pyramid[level - 2]!;
  const width = (level === 4 ? 2 : 3) * features;
  // Decoder 4 sees both frames' features and the time; the others the passed feature, two warped ones and two flows.
  return { input: width + (level === 4 ? 1 : 4), width, output: 4 + passed };
}
