import { ConfigError } from '@vosvfi/core';
import { z } from 'zod';

const range = (low: number, high: number, defaults: [number, number]) =>
  z
    .tuple([z.number().min(low).max(high), z.number().min(low).max(high)])
    .refine(([first, second]) => first <= second, 'expected [smallest, largest]')
    .default(defaults);

/**
 * What {@link createSyntheticScene} draws. "Side" is the shorter side of the picture; changes are those between t = 0 and t = 1.
 * Every magnitude is a maximum: each scene draws its own, small ones more often than large ones.
 */
export const sceneConfigSchema = z.strictObject({
  height: z.int().min(16).max(4096),
  width: z.int().min(16).max(4096),
  /** Fewest and most moving objects. */
  objects: range(1, 32, [1, 4]),
  /** Bounding radius of an object, as a fraction of the side. */
  radius: range(0.02, 1, [0.1, 0.32]),
  /** Shift of an object, as a fraction of the side. */
  translation: z.number().min(0).max(2).default(0.16),
  /** Turn of an object, radians. */
  rotation: z.number().min(0).max(7).default(0.5),
  /** Growth of an object: between 1 / growth and growth. */
  growth: z.number().min(1).max(4).default(1.2),
  /** Bend of a path: largest deviation from uniform motion at t = 0.5, as a fraction of the shift. */
  curvature: z.number().min(0).max(1).default(0.1),
  /** Chance that an object is a thin structure: bar, wheel, fence or strokes like writing. */
  thin: z.number().min(0).max(1).default(0.3),
  /** Chance that an object, and that the camera, stands still. */
  still: z.number().min(0).max(1).default(0.1),
  /** Bending of objects, as of limbs and bodies: largest slope of the waves that bend an object's plane. */
  bending: z.number().min(0).max(2).default(0),
  /** Change of light on each surface: its brightness changes by up to this factor, or its inverse. */
  light: z.number().min(1).max(4).default(1),
  /** Blur of whole pictures, as by a lens out of focus: standard deviation, pixels. */
  blur: z.number().min(0).max(16).default(0),
  /** Noise of whole pictures, as of a sensor: standard deviation, colours being 0 to 1. */
  grain: z.number().min(0).max(0.5).default(0),
  /** Chance that an object looks like the one behind it, but moves by itself. */
  twins: z.number().min(0).max(1).default(0),
  /** Shift of the camera, as a fraction of the side. */
  cameraTranslation: z.number().min(0).max(1).default(0.06),
  /** Turn of the camera, radians. */
  cameraRotation: z.number().min(0).max(1).default(0.06),
  /** Zoom of the camera: between 1 / zoom and zoom. */
  cameraZoom: z.number().min(1).max(2).default(1.06),
  /** Fewest and most shapes painted on the background; they look like objects but do not move by themselves. */
  clutter: range(0, 64, [0, 8]),
});

/** Options of a scene; only the picture's size has no default. */
export type SceneOptions = z.input<typeof sceneConfigSchema>;
/** A complete scene configuration. */
export type SceneConfig = z.output<typeof sceneConfigSchema>;

/**
 * Fills the defaults in.
 * @throws ConfigError naming the field that is unknown or out of range.
 */
export function parseSceneConfig(options: SceneOptions): SceneConfig {
  const parsed = sceneConfigSchema.safeParse(options);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new ConfigError(['scene', ...issue.path].join('.'), `${issue.message}.`);
}
