import { ConfigError } from '@vosvfi/core';
import { z } from 'zod';

const channels = z.int().min(1).max(4096);
const depth = z.int().min(1).max(64);

/** Widths and depths of a MAST. */
export const mastConfigSchema = z.strictObject({
  /** Channels of the first convolution, at 1/2 of the frame. */
  stem: channels,
  /** Channels of the four stages: the first at 1/2 of the frame, the others at 1/4. */
  widths: z.tuple([channels, channels, channels, channels]),
  /** Residual blocks of each stage. */
  depths: z.tuple([depth, depth, depth, depth]),
  /** Channels of the features that frames are compared by. */
  featureChannels: channels,
});

/** Widths and depths of a MAST, see {@link mastConfigSchema}. */
export type MastConfig = z.infer<typeof mastConfigSchema>;

/** The official network: 5,291,648 parameters. */
export const mastConfig: MastConfig = {
  stem: 64,
  widths: [64, 128, 256, 256],
  depths: [2, 2, 2, 2],
  featureChannels: 64,
};

/**
 * A checked configuration.
 * @throws ConfigError naming the field that is missing, unknown or out of range.
 */
export function parseMastConfig(config: unknown): MastConfig {
  const result = mastConfigSchema.safeParse(config);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new ConfigError(['mast', ...(issue?.path ?? [])].join('.'), issue?.message ?? 'is invalid', {
    cause: result.error,
  });
}

/** Features and labels have every fourth row and column of a frame. */
export const mastStride = 4;

/** A block of the backbone. */
export interface MastBlock {
  readonly key: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly stride: number;
}

/** Blocks of the backbone in order. Only the first of the second stage has a stride. */
export function mastBlocks({ stem, widths, depths }: MastConfig): MastBlock[] {
  let inputs = stem;
  return widths.flatMap((outputs, stage) =>
    Array.from({ length: depths[stage] as number }, (_, index) => {
      const key = `feature_extraction.layer${stage + 1}.${index}`;
      const block = { key, inputs, outputs, stride: stage === 1 && index === 0 ? 2 : 1 };
      inputs = outputs;
      return block;
    }),
  );
}

/** Whether a block's shortcut has a convolution. */
export function hasShortcut({ inputs, outputs, stride }: MastBlock): boolean {
  return stride !== 1 || inputs !== outputs;
}
