import { createRandom, type Frame, type Mask, type Random } from '@vosvfi/core';
import type { CutOut } from '../cut-outs/cut-out.js';
import { cutOutSurface } from '../cut-outs/cut-out-surface.js';
import type { Photo } from '../photos/photo.js';
import { cutPhoto } from '../photos/photo-texture.js';
import { parseSceneConfig, type SceneConfig, type SceneOptions } from './config.js';
import { drawCounts } from './counts.js';
import { type SceneFlow, sceneFlow } from './flow.js';
import { type Affine, compose, createMotion, drawShift, drawSigned, invert, type Motion } from './motion.js';
import { paintClutter, renderScene } from './render.js';
import type { SceneCutOuts, ScenePhotos, ScenePictures } from './scene-photos.js';
import { createShape, type Shape } from './shapes.js';
import { type Bending, createBending } from './shear.js';
import { createTexture, SURFACE_MARGIN, type Texture, type TextureFill } from './texture.js';

/** A textured plane that covers the picture and moves with the camera. */
export interface SceneBackground {
  readonly texture: Texture;
  /** Natural logarithm of its brightness' change between t = 0 and t = 1. */
  readonly light: number;
}

/** A textured silhouette; `motion` maps its own plane to the background's. */
export interface SceneObject {
  readonly shape: Shape;
  readonly texture: Texture;
  readonly motion: Motion;
  /** How the object's own plane bends; undefined for a rigid one. */
  readonly bending: Bending | undefined;
  /** Natural logarithm of its brightness' change between t = 0 and t = 1. */
  readonly light: number;
}

/** What {@link SyntheticScene.render} returns: the picture and who owns each of its pixels. */
export interface SceneView {
  /** 8-bit RGB. */
  readonly frame: Frame;
  /** 0 is background, k the object `objects[k - 1]`. */
  readonly labels: Mask;
}

/**
 * A moving picture whose contents are known exactly at any time. All of it follows from the seed and the configuration.
 * A pixel belongs to the frontmost object whose silhouette covers the pixel's centre; colours are antialiased.
 */
export interface SyntheticScene {
  readonly seed: number;
  readonly config: SceneConfig;
  readonly background: SceneBackground;
  /** From the back to the front. */
  readonly objects: readonly SceneObject[];
  /** Own plane of the background to the picture, in pixels (0.5 is the first pixel's centre). */
  readonly camera: Motion;
  /** The scene at time t; 0 to 1 is the span that the configured magnitudes speak of, other times are allowed. */
  render(t: number): SceneView;
  /** Motion of the surface visible at time t to where it is at time `target`. */
  flow(t: number, target: number): SceneFlow;
}

function createCamera(config: SceneConfig, random: Random): Motion {
  const { width, height } = config;
  const side = Math.min(width, height);
  const isStill = random.chance(config.still);
  const shift = isStill ? ([0, 0] as const) : drawShift(config.cameraTranslation * side, random);
  const about = createMotion({
    centre: [width / 2, height / 2],
    angle: 0,
    shift,
    bend: [0, 0],
    turn: isStill ? 0 : drawSigned(config.cameraRotation, random),
    logGrowth: isStill ? 0 : drawSigned(Math.log(config.cameraZoom), random),
    stretch: [1, 1],
  });
  const toCentre: Affine = { a: 1, b: 0, c: -width / 2, d: 0, e: 1, f: -height / 2 };
  return (t) => compose(about(t), toCentre);
}

/** What an object looks like. */
type Surface = Pick<SceneObject, 'shape' | 'texture'>;

/** What an object is made of: a cut-out, or a shape with a photograph or a pattern. */
interface Material {
  readonly fill: TextureFill | undefined;
  readonly cutOut: CutOut | undefined;
  /** Of the cut-out's colours. */
  readonly jitter: number;
  /** The object to look like. */
  readonly twin: SceneObject | undefined;
}

function createSurface(radius: number, isThin: boolean, { fill, cutOut, jitter }: Material, random: Random): Surface {
  const surface = cutOut && cutOutSurface(cutOut, radius, jitter, random.fork('cut-out'));
  const shape = surface?.shape ?? createShape(radius, isThin, random);
  const reach = radius + SURFACE_MARGIN;
  const bounds = { left: -reach, top: -reach, right: reach, bottom: reach };
  return { shape, texture: createTexture(bounds, random, surface?.fill ?? fill) };
}

/** Cut-outs stand nearly upright, shapes at any angle. */
const CUT_OUT_ANGLE = 0.4;

function createObject(config: SceneConfig, random: Random, material: Material): SceneObject {
  const { width, height } = config;
  const side = Math.min(width, height);
  const radius = Math.max(3, side * random.uniform(...config.radius));
  const isThin = random.chance(config.thin);
  const { shape, texture } = material.twin ?? createSurface(radius, isThin, material, random);
  const isStill = random.chance(config.still);
  const shift = isStill ? ([0, 0] as const) : drawShift(config.translation * side, random);
  const bend = config.curvature * Math.hypot(...shift);
  const motion = createMotion({
    centre: [width * random.uniform(0.15, 0.85), height * random.uniform(0.15, 0.85)],
    angle: material.cutOut ? random.uniform(-CUT_OUT_ANGLE, CUT_OUT_ANGLE) : random.uniform(0, 2 * Math.PI),
    shift,
    bend: drawShift(bend, random),
    turn: isStill ? 0 : drawSigned(config.rotation, random),
    logGrowth: isStill ? 0 : drawSigned(Math.log(config.growth), random),
    stretch: isThin ? [1, 1] : [random.uniform(0.75, 1), random.uniform(0.75, 1)],
  });
  const bending = config.bending > 0 ? createBending(radius, config.bending, random.fork('bending')) : undefined;
  return { shape, texture, motion, bending, light: drawSigned(Math.log(config.light), random.fork('light')) };
}

/** The objects of a scene, from the back to the front. */
function createObjects(
  config: SceneConfig,
  random: Random,
  count: number,
  { fills, cutOuts }: { fills: readonly (TextureFill | undefined)[] | undefined; cutOuts: SceneCutOuts | undefined },
): SceneObject[] {
  const objects: SceneObject[] = [];
  for (let k = 0; k < count; k++) {
    const isTwin = random.fork(`twin ${k}`).chance(config.twins);
    objects.push(
      createObject(config, random.fork(`object ${k}`), {
        fill: fills?.[k],
        cutOut: cutOuts?.objects[k],
        jitter: cutOuts?.jitter ?? 0,
        twin: isTwin ? objects[k - 1] : undefined,
      }),
    );
  }
  return objects;
}

/** What the camera sees of the background's plane over [0, 1], with a margin. */
function visibleBounds(camera: Motion, { width, height }: SceneConfig) {
  const bounds = { left: 0, top: 0, right: width, bottom: height };
  for (const t of [0, 0.25, 0.5, 0.75, 1]) {
    const back = invert(camera(t));
    for (const [x, y] of [
      [0, 0],
      [width, 0],
      [0, height],
      [width, height],
    ] as const) {
      const u = back.a * x + back.b * y + back.c;
      const v = back.d * x + back.e * y + back.f;
      bounds.left = Math.min(bounds.left, u - 1);
      bounds.top = Math.min(bounds.top, v - 1);
      bounds.right = Math.max(bounds.right, u + 1);
      bounds.bottom = Math.max(bounds.bottom, v + 1);
    }
  }
  return bounds;
}

/** Backgrounds stand nearly upright, objects at any angle. */
const BACKGROUND_ANGLE = 0.25;

/** What fills the surfaces of a scene with photographs. */
function createFills({ background, objects, share, jitter }: ScenePhotos) {
  const fill = (photo: Photo | undefined, maxAngle: number): TextureFill | undefined =>
    photo && ((grid, random) => cutPhoto(photo, grid, random, { maxAngle, jitter }));
  const all = [background, ...objects].filter((photo) => photo !== undefined);
  return {
    background: fill(background, BACKGROUND_ANGLE),
    objects: objects.map((photo) => fill(photo, Math.PI)),
    clutter: (random: Random) =>
      all.length > 0 && random.chance(share) ? fill(all[random.integer(0, all.length - 1)], Math.PI) : undefined,
  };
}

/**
 * The scene of a seed.
 * @param pictures what its surfaces and objects are cut from; without them, patterns and shapes.
 * @throws ConfigError for an unknown or invalid option.
 */
export function createSyntheticScene(
  seed: number,
  options: SceneOptions,
  pictures: ScenePictures = {},
): SyntheticScene {
  const config = parseSceneConfig(options);
  const random = createRandom(seed);
  const fills = pictures.photos && createFills(pictures.photos);
  const camera = createCamera(config, random.fork('camera'));
  const texture = createTexture(visibleBounds(camera, config), random.fork('background'), fills?.background);
  const counts = drawCounts(config, random);
  paintClutter(texture, random.fork('clutter'), counts.clutter, config, fills?.clutter);
  const objects = createObjects(config, random, counts.objects, { fills: fills?.objects, cutOuts: pictures.cutOuts });
  const scene: SyntheticScene = {
    seed,
    config,
    background: { texture, light: drawSigned(Math.log(config.light), random.fork('light')) },
    objects,
    camera,
    render: (t) => renderScene(scene, t),
    flow: (t, target) => sceneFlow(scene, t, target),
  };
  return scene;
}
