import { ConfigError } from '@vosvfi/core';
import { z } from 'zod';

const width = z
  .int()
  .min(2)
  .max(4096)
  .refine((value) => value % 2 === 0, { message: 'expected an even number' });

/** Widths of a RIFE, and whether it sees the time. */
export const rifeConfigSchema = z.strictObject({
  /** Channels of the three flow blocks, coarsest first; the first convolution of each has half of them. */
  blocks: z.tuple([width, width, width]),
  /** Channels of the teacher's flow block, which only training has. */
  teacher: width,
  /** Channels of the finest context features; those of the fusion network follow from them. */
  context: z.int().min(1).max(1024),
  /** RIFE_m: the blocks see the time as a channel, so that it may be any. Without it the frame is made at t = 1/2. */
  anyTime: z.boolean(),
});

/** Widths of a RIFE, see {@link rifeConfigSchema}. */
export type RifeConfig = z.infer<typeof rifeConfigSchema>;

const officialWidths = { blocks: [240, 150, 90], teacher: 90, context: 16 } satisfies Omit<RifeConfig, 'anyTime'>;

/** Official networks (Huang et al., ECCV 2022): 10.1 million parameters, and 0.6 more of the teacher. */
export const rifePresets = {
  rife: { ...officialWidths, blocks: [...officialWidths.blocks], anyTime: false },
  rife_m: { ...officialWidths, blocks: [...officialWidths.blocks], anyTime: true },
} satisfies Record<string, RifeConfig>;

/** Name of an official network. */
export type RifePreset = keyof typeof rifePresets;

/**
 * A checked configuration.
 * @throws ConfigError naming the field that is missing, unknown or out of range.
 */
export function parseRifeConfig(config: unknown): RifeConfig {
  const result = rifeConfigSchema.safeParse(config);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new ConfigError(['rife', ...(issue?.path ?? [])].join('.'), issue?.message ?? 'is invalid', {
    cause: result.error,
  });
}

/** A flow block: its name in the state dict, input channels and width. */
export interface BlockSpec {
  readonly key: 'block0' | 'block1' | 'block2' | 'block_tea';
  readonly inputs: number;
  readonly width: number;
}

/** The three blocks that refine the flow, coarsest first, and the teacher's. */
export function blockSpecs({ blocks, teacher, anyTime }: RifeConfig): { student: BlockSpec[]; teacher: BlockSpec } {
  const time = anyTime ? 1 : 0;
  // Both frames; both warped frames, the mask and the flows; the true frame.
  const [first, later, taught] = [6 + time, 6 + 6 + 1 + 4 + time, 6 + 6 + 1 + 3 + 4 + time];
  return {
    student: [
      { key: 'block0', inputs: first, width: blocks[0] },
      { key: 'block1', inputs: later, width: blocks[1] },
      { key: 'block2', inputs: later, width: blocks[2] },
    ],
    teacher: { key: 'block_tea', inputs: taught, width: teacher },
  };
}
