import { ConfigError } from '@vosvfi/core';
import { z } from 'zod';

/** Settings of `segmentMotion`. */
export const motionSettingsSchema = z.strictObject({
  /** Longer side of the pictures on which motion is judged, pixels; frames that are smaller keep their size. */
  side: z.int().min(64).max(1024).default(320),
  /** Least motion relative to the camera that makes an object, pixels of those pictures from one frame to the next. */
  minMotion: z.number().positive().default(0.3),
  /** Least motion as a multiple of what noise and a camera motion that does not fit leave everywhere. */
  noiseFactor: z.number().min(0).default(4),
  /** Weight of motion, of learned colours, of smooth borders and of labels that last from frame to frame. */
  motion: z.number().positive().default(1),
  colour: z.number().min(0).default(1.2),
  smoothness: z.number().min(0).default(2),
  time: z.number().min(0).default(1),
  /** Pixels between the seeds of superpixels. */
  pieceStep: z.int().min(3).max(32).default(7),
  /** Specks: parts of less than this share of the picture go. */
  minPart: z.number().min(0).max(1).default(0.001),
});

/** Settings of `segmentMotion` with every value filled in. */
export type MotionSettings = z.output<typeof motionSettingsSchema>;

/** Settings of `segmentMotion`; what is left out has its default. */
export type MotionSettingsInput = z.input<typeof motionSettingsSchema>;

/** Fills in the defaults. @throws ConfigError naming the first field that is invalid. */
export function parseMotionSettings(input: MotionSettingsInput): MotionSettings {
  const parsed = motionSettingsSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new ConfigError(['motion', ...issue.path].join('.'), `${issue.message}.`);
}
