import { ConfigError } from '@vosvfi/core';
import { z } from 'zod';

const width = z.int().min(1).max(4096);

/** Design and widths of a RAFT. */
export const raftConfigSchema = z
  .strictObject({
    /**
     * `basic`: residual blocks, batch normalization in the context encoder, a separable GRU, convex upsampling. `small`:
     * bottleneck blocks, no normalization there, a GRU of 3 x 3 convolutions, bilinear upsampling.
     */
    design: z.enum(['basic', 'small']),
    /** Channels of both encoders at 1/2, 1/4 and 1/8 of the frame; multiples of 4 in the small design. */
    widths: z.tuple([width, width, width]),
    /** Channels of the features that are compared. */
    features: width,
    /** Channels of the GRU's state, and of the context that it sees. */
    hidden: width,
    context: width,
    /** Channels of the motion encoder's convolutions over correlations: 1 x 1, and in the basic design 3 x 3. */
    correlation: z.array(width).min(1).max(2),
    /** Channels of its convolutions over the flow: 7 x 7 and 3 x 3. */
    flow: z.tuple([width, width]),
    /** Channels of what it makes of both; the flow itself is two more. */
    motion: width,
    /** Channels inside the heads that make flow and upsampling weights. */
    head: width,
    /** Levels of the correlation pyramid, and how far look-ups reach in each, in pixels. */
    levels: z.int().min(1).max(8),
    radius: z.int().min(0).max(16),
  })
  .refine(({ design, correlation }) => correlation.length === (design === 'basic' ? 2 : 1), {
    path: ['correlation'],
    message: 'expected two widths in the basic design and one in the small design',
  })
  .refine(({ design, widths }) => design === 'basic' || widths.every((channels) => channels % 4 === 0), {
    path: ['widths'],
    message: 'expected multiples of 4 in the small design',
  });

/** Design and widths of a RAFT, see {@link raftConfigSchema}. */
export type RaftConfig = z.infer<typeof raftConfigSchema>;

/** Official networks (Teed and Deng, ECCV 2020): 5.3 and 1.0 million trained parameters. */
export const raftPresets = {
  raft: {
    ...{ design: 'basic', widths: [64, 96, 128], features: 256, hidden: 128, context: 128 },
    ...{ correlation: [256, 192], flow: [128, 64], motion: 126, head: 256, levels: 4, radius: 4 },
  },
  raft_small: {
    ...{ design: 'small', widths: [32, 64, 96], features: 128, hidden: 96, context: 64 },
    ...{ correlation: [96], flow: [64, 32], motion: 80, head: 128, levels: 4, radius: 3 },
  },
} satisfies Record<string, RaftConfig>;

/** Name of an official network. */
export type RaftPreset = keyof typeof raftPresets;

/**
 * A checked configuration.
 * @throws ConfigError naming the field that is missing, unknown or out of range.
 */
export function parseRaftConfig(config: unknown): RaftConfig {
  const result = raftConfigSchema.safeParse(config);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new ConfigError(['raft', ...(issue?.path ?? [])].join('.'), issue?.message ?? 'is invalid', {
    cause: result.error,
  });
}

/** Samples that a look-up gives for each place. */
export function lookupChannels({ levels, radius }: RaftConfig): number {
  return levels * (2 * radius + 1) ** 2;
}
