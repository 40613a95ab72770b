import { ConfigError } from '@vosvfi/core';
import { z } from 'zod';

const channels = z.int().min(1).max(4096);
const depth = z.int().min(1).max(64);
/** At 1/4, 1/8 and 1/16 of the frame. */
const perStage = <T extends z.ZodType>(item: T) => z.tuple([item, item, item]);

/** Widths and depths of an STCN. Three numbers stand for the stages at 1/4, 1/8 and 1/16 of the frame, in that order. */
export const stcnConfigSchema = z.strictObject({
  /** Residual network that makes features and keys from a frame. */
  keyEncoder: z.strictObject({
    /** `bottleneck` blocks are four times as wide outside as `widths` says. */
    block: z.enum(['basic', 'bottleneck']),
    /** Channels of the first convolution, at 1/2 of the frame. */
    stem: channels,
    widths: perStage(channels),
    /** Blocks of each stage. */
    depths: perStage(depth),
  }),
  /** Residual network (basic blocks) that makes values from a frame and masks. */
  valueEncoder: z.strictObject({ stem: channels, widths: perStage(channels), depths: perStage(depth) }),
  /** Channels of keys. */
  keyChannels: channels,
  /**
   * Cells of memory at this distance from a place, as a share of the frame's longer side, are less similar to it by one
   * half; without it (official), where something was seen does not matter.
   */
  locality: z.number().gt(0).optional(),
  /** Channels of values, and of the query's own part of the decoder's input. */
  valueChannels: channels,
  /** The channel attention of the value encoder squeezes by this factor; divides `valueChannels`. */
  attentionReduction: channels,
  /** Channels of the decoder at 1/16, 1/8 and 1/4. */
  decoder: perStage(channels),
});

/** Widths and depths of an STCN, see {@link stcnConfigSchema}. */
export type StcnConfig = z.infer<typeof stcnConfigSchema>;

/** The official network (54,434,180 parameters), and a small one for demonstrations and tests of training. */
export const stcnPresets = {
  stcn: {
    keyEncoder: { block: 'bottleneck', stem: 64, widths: [64, 128, 256], depths: [3, 4, 6] },
    valueEncoder: { stem: 64, widths: [64, 128, 256], depths: [2, 2, 2] },
    keyChannels: 64,
    valueChannels: 512,
    attentionReduction: 16,
    decoder: [512, 256, 256],
  },
  stcn_tiny: {
    keyEncoder: { block: 'basic', stem: 16, widths: [24, 48, 96], depths: [1, 2, 3] },
    valueEncoder: { stem: 12, widths: [16, 32, 64], depths: [1, 1, 1] },
    keyChannels: 48,
    locality: 0.12,
    valueChannels: 80,
    attentionReduction: 8,
    decoder: [80, 48, 24],
  },
} as const satisfies Record<string, StcnConfig>;

/** Name of a preset. */
export type StcnPreset = keyof typeof stcnPresets;

/**
 * A checked configuration.
 * @throws ConfigError naming the field that is missing, unknown or out of range.
 */
export function parseStcnConfig(config: unknown): StcnConfig {
  const result = stcnConfigSchema.safeParse(config);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new ConfigError(['stcn', ...(issue?.path ?? [])].join('.'), issue?.message ?? 'is invalid', {
      cause: result.error,
    });
  }
  const { valueChannels, attentionReduction } = result.data;
  if (valueChannels % attentionReduction !== 0) {
    const message = `expected a divisor of valueChannels (${valueChannels}), found ${attentionReduction}.`;
    throw new ConfigError('stcn.attentionReduction', message);
  }
  return result.data;
}

/** Channels of the key encoder's features at 1/4, 1/8 and 1/16. */
export function featureChannels({ keyEncoder: { block, widths } }: StcnConfig): [number, number, number] {
  const expansion = block === 'bottleneck' ? 4 : 1;
  return [widths[0] * expansion, widths[1] * expansion, widths[2] * expansion];
}

/** Height and width that the encoders see are multiples of this. */
export const stcnMultiple = 16;
