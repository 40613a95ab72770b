import { ConfigError } from '@vosvfi/core';
import { z } from 'zod';

const channels = z.int().min(1).max(4096);
const perStage = <T extends z.ZodType>(item: T) => z.tuple([item, item, item, item]);

/** Widths and depths of an RVOS. */
export const rvosConfigSchema = z.strictObject({
  /** Residual network that makes features of a frame. */
  encoder: z.strictObject({
    /** `bottleneck` blocks are four times as wide outside as `widths` says. */
    block: z.enum(['basic', 'bottleneck']),
    /** Channels of the first convolution, at 1/2 of the frame. */
    stem: channels,
    /** Of the stages at 1/4, 1/8, 1/16 and 1/32 of the frame. */
    widths: perStage(channels),
    /** Blocks of each stage. */
    depths: perStage(z.int().min(1).max(64)),
  }),
  /** Channels of the decoder's hidden state at 1/32 of the frame; each finer one has half as many. */
  hidden: z.int().min(8).max(1024).multipleOf(8),
  /** `one-shot` is told where objects were in the frame before; `zero-shot` finds objects by itself. */
  variant: z.enum(['one-shot', 'zero-shot']),
});

/** Widths and depths of an RVOS, see {@link rvosConfigSchema}. */
export type RvosConfig = z.infer<typeof rvosConfigSchema>;

const encoder: RvosConfig['encoder'] = {
  block: 'bottleneck',
  stem: 64,
  widths: [64, 128, 256, 512],
  depths: [3, 4, 23, 3],
};

/** The official networks (49,349,233 and 49,340,593 parameters, without the encoder's unused classifier). */
export const rvosPresets = {
  rvos_one_shot: { encoder, hidden: 128, variant: 'one-shot' },
  rvos_zero_shot: { encoder, hidden: 128, variant: 'zero-shot' },
} as const satisfies Record<string, RvosConfig>;

/** Name of a preset. */
export type RvosPreset = keyof typeof rvosPresets;

/**
 * A checked configuration.
 * @throws ConfigError naming the field that is missing, unknown or out of range.
 */
export function parseRvosConfig(config: unknown): RvosConfig {
  const result = rvosConfigSchema.safeParse(config);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new ConfigError(['rvos', ...(issue?.path ?? [])].join('.'), issue?.message ?? 'is invalid', {
    cause: result.error,
  });
}

/** Channels of the hidden state at 1/32, 1/16, 1/8 and 1/4 of the frame. */
export function hiddenChannels({ hidden }: Pick<RvosConfig, 'hidden'>): readonly [number, number, number, number] {
  return [hidden, hidden / 2, hidden / 4, hidden / 8];
}

/** Channels of the encoder's features for the decoder, at 1/32, 1/16, 1/8 and 1/4 of the frame. */
export function skipChannels({ hidden }: Pick<RvosConfig, 'hidden'>): readonly [number, number, number, number] {
  return [hidden, hidden, hidden / 2, hidden / 4];
}
