import { ConfigError } from '@vosvfi/core';
import { motionSettingsSchema } from '@vosvfi/data/motion';
import { z } from 'zod';

/** Networks of this project that make masks of single frames. */
export const deeplabPresets = ['deeplabv3_resnet101', 'deeplabv3_resnet50'] as const;

/** How frames go into a user's ONNX model, and what comes out; `auto` is read from the file. */
export const onnxSettingsSchema = z.strictObject({
  /** Order of the input's axes: [1, 3, H, W] or [1, H, W, 3]. */
  layout: z.enum(['auto', 'nchw', 'nhwc']).default('auto'),
  /** Size that frames are resized to (bilinear); `auto`: the file's, or the frame's own where the file leaves it open. */
  inputSize: z
    .union([z.literal('auto'), z.strictObject({ width: z.int().min(1), height: z.int().min(1) })])
    .default('auto'),
  /**
   * Range of the input. `imagenet`: 0..1, minus mean, over deviation; `unit`: 0..1; `symmetric`: -1..1; `bytes`: 0..255.
   * `auto` is known for uint8 inputs only.
   */
  normalize: z.enum(['auto', 'imagenet', 'unit', 'symmetric', 'bytes']).default('auto'),
  /** Which output holds the result; `auto`: the only one. */
  outputName: z.string().min(1).default('auto'),
  /** What an output of one channel holds: `probability` (object from 0.5) or `logits` (object from 0). */
  scores: z.enum(['auto', 'probability', 'logits']).default('auto'),
});
/** See {@link onnxSettingsSchema}. */
export type OnnxSettings = z.output<typeof onnxSettingsSchema>;

/** Which masks are not for training. */
export const rejectionSchema = z.strictObject({
  /** Largest share of a frame that a mask may cover. */
  maxArea: z.number().gt(0).max(1).default(0.9),
  /** Most that the area may change from one frame to the next, as a factor. */
  maxAreaChange: z.number().min(1).default(2),
  /** Least overlap (intersection over union) of neighbouring masks after motion. */
  minOverlap: z.number().min(0).max(1).default(0.5),
});
/** See {@link rejectionSchema}. */
export type RejectionRules = z.output<typeof rejectionSchema>;

/** Where masks come from. */
const sourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('motion'), settings: motionSettingsSchema.prefault({}) }),
  z.strictObject({
    kind: z.literal('deeplabv3'),
    preset: z.enum(deeplabPresets),
    /** SHA-256 of the weights file. */
    digest: z.string(),
    /** Shorter side of the frames that the network sees, pixels; `null`: frames as they are. */
    shorterSide: z.int().min(8).nullable(),
  }),
  z.strictObject({ kind: z.literal('onnx'), digest: z.string(), settings: onnxSettingsSchema.prefault({}) }),
]);
/** See {@link sourceSchema}. */
export type MaskSource = z.output<typeof sourceSchema>;

/** Everything that decides what the masks are. */
const maskSettingsSchema = z.strictObject({
  source: sourceSchema,
  /** Labels that count as object; `null`: every label above 0. */
  classes: z.array(z.int().min(1).max(255)).nullable().default(null),
  /** Parts of a mask below this go: a share of the frame below 1, else pixels. */
  minArea: z.number().min(0).default(0.001),
  rejection: rejectionSchema.prefault({}),
});
/** See {@link maskSettingsSchema}. */
export type MaskSettings = z.output<typeof maskSettingsSchema>;
/** Settings; what is left out has its default. */
export type MaskSettingsInput = z.input<typeof maskSettingsSchema>;

/** Fills in the defaults. @throws ConfigError naming the first field that is invalid. */
export function parseMaskSettings(input: MaskSettingsInput): MaskSettings {
  const parsed = maskSettingsSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new ConfigError(['masks', ...issue.path].join('.'), `${issue.message}.`);
}

/** Pixels of {@link MaskSettings.minArea} in a frame of a size. */
export function leastPixels(minArea: number, width: number, height: number): number {
  return minArea < 1 ? minArea * width * height : minArea;
}
