import { ConfigError } from '@vosvfi/core';
import { z } from 'zod';

const probability = z.number().min(0).max(1);

/**
 * Probabilities of the augmentations, in the order in which they are applied, and the crop's size.
 * All are off by default; {@link ifrnetAugmentation}, {@link adacofAugmentation} and {@link rifeAugmentation} hold the
 * papers' values.
 */
export const augmentConfigSchema = z
  .strictObject({
    /** Twice the size (frames and flow bilinear, masks nearest), before the crop. */
    upscale: probability.default(0),
    /** [height, width] of a random window; null keeps the whole picture. */
    crop: z
      .tuple([z.int().min(1), z.int().min(1)])
      .nullable()
      .default(null),
    /** Red and blue change places in the frames. */
    reverseChannels: probability.default(0),
    /** Upside down. */
    flipVertical: probability.default(0),
    /** Left and right change places. */
    flipHorizontal: probability.default(0),
    /** Rows become columns; needs a square crop. */
    transpose: probability.default(0),
    /** The last frame comes first. */
    reverseTime: probability.default(0),
    /** A turn by 90, 180 or 270 degrees, each as often as the others; needs a square crop. */
    rotate: probability.default(0),
  })
  .superRefine((config, context) => {
    const isSquare = config.crop !== null && config.crop[0] === config.crop[1];
    for (const field of ['transpose', 'rotate'] as const) {
      if (config[field] === 0 || isSquare) continue;
      const message = 'needs a square crop, because it exchanges height and width';
      context.addIssue({ code: 'custom', path: [field], message, input: config[field] });
    }
  });

/** Options of an augmentation. */
export type AugmentOptions = z.input<typeof augmentConfigSchema>;
/** A complete augmentation. */
export type AugmentConfig = z.output<typeof augmentConfigSchema>;

/** Augmentation of IFRNet's training on Vimeo-90K (official code, crop 224 x 224). */
export const ifrnetAugmentation: AugmentConfig = {
  upscale: 0.1,
  crop: [224, 224],
  reverseChannels: 0.5,
  flipVertical: 0.3,
  flipHorizontal: 0.5,
  transpose: 0.05,
  reverseTime: 0.5,
  rotate: 0,
};

/** Augmentation of AdaCoF's training (official code, crop 256 x 256); VOS-VFI uses it too. */
export const adacofAugmentation: AugmentConfig = {
  upscale: 0,
  crop: [256, 256],
  reverseChannels: 0,
  flipVertical: 0.5,
  flipHorizontal: 0.5,
  transpose: 0,
  reverseTime: 0.5,
  rotate: 0,
};

/** Augmentation of RIFE's training (official code, crop 224 x 224). */
export const rifeAugmentation: AugmentConfig = {
  upscale: 0,
  crop: [224, 224],
  reverseChannels: 0.5,
  flipVertical: 0.5,
  flipHorizontal: 0.5,
  transpose: 0,
  reverseTime: 0.5,
  rotate: 0.75,
};

/**
 * Fills the defaults in.
 * @throws ConfigError naming the field.
 */
export function parseAugmentConfig(options: AugmentOptions): AugmentConfig {
  const parsed = augmentConfigSchema.safeParse(options);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new ConfigError(['augment', ...issue.path].join('.'), `${issue.message}.`);
}
