import { ConfigError } from '@vosvfi/core';
import { z } from 'zod';

const channels = z.int().min(1).max(4096);
const perStage = <T extends z.ZodType>(item: T) => z.tuple([item, item, item, item]);

/** Widths and depths of a DeepLabV3. */
export const deeplabv3ConfigSchema = z.strictObject({
  /** Residual network of bottleneck blocks, four times as wide outside as `widths` says; its features are at 1/8 of the frame. */
  backbone: z.strictObject({
    /** Channels of the first convolution, at 1/2 of the frame. */
    stem: channels,
    widths: perStage(channels),
    /** Blocks of each stage. */
    depths: perStage(z.int().min(1).max(64)),
  }),
  /** Channels of every layer of the head. */
  head: channels,
  /** Dilations of the head's parallel 3x3 convolutions, in samples at 1/8 of the frame. */
  rates: z.array(z.int().min(1).max(64)).min(1).max(8),
  /** Classes, the background included. */
  classes: z.int().min(2).max(1024),
});

/** Widths and depths of a DeepLabV3, see {@link deeplabv3ConfigSchema}. */
export type Deeplabv3Config = z.infer<typeof deeplabv3ConfigSchema>;

const official = { head: 256, rates: [12, 24, 36], classes: 21 };
const widths: [number, number, number, number] = [64, 128, 256, 512];

/** torchvision's networks without their auxiliary classifiers (39,638,869 and 58,630,997 parameters). */
export const deeplabv3Presets = {
  deeplabv3_resnet50: { backbone: { stem: 64, widths, depths: [3, 4, 6, 3] }, ...official },
  deeplabv3_resnet101: { backbone: { stem: 64, widths, depths: [3, 4, 23, 3] }, ...official },
} as const satisfies Record<string, Deeplabv3Config>;

/** Name of a preset. */
export type Deeplabv3Preset = keyof typeof deeplabv3Presets;

/**
 * A checked configuration.
 * @throws ConfigError naming the field that is missing, unknown or out of range.
 */
export function parseDeeplabv3Config(config: unknown): Deeplabv3Config {
  const result = deeplabv3ConfigSchema.safeParse(config);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new ConfigError(['deeplabv3', ...(issue?.path ?? [])].join('.'), issue?.message ?? 'is invalid', {
    cause: result.error,
  });
}
